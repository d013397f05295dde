"""A made-up school district: pupils, cards and a registrar's year, with planted irregularities.

It stands in for a real district wherever one is needed (demonstration, tests, measurements). Names
and numbers look real; nobody in it exists: the division codes in the identity numbers and the
prefixes of the telephone numbers were never assigned.

The package imports nothing of cardledger, so that what it says is true is independent of the code
that is tested with it. Its rules are those of the office's handbook, in the office's words.
"""
