"""Files of the office, in and out (HANDBOOK 11).

In: `formats` tell by its bytes what a file is (`containers` are what those are made of), `reading`
finds the table in it, `imports` make rows of a batch of each kind of list, `intake` sets them
beside the ledger. Out: `exports` are the papers of the office, `writing` puts any table into the
form that was asked for, `provenance` says where a workbook came from, and whether it was altered.
"""
