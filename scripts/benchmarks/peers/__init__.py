"""What cardledger is measured against: one file a peer, doing the same work as durably."""
