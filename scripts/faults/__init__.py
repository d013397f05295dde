"""Faults: commands that are killed, cut off and kept from writing, at every point where it matters.

A fault is named by its kind, the operation that it strikes and where it strikes:
`killed/record-one/pwrite64:7`. The name is all that is needed to do it again. After each fault it
is looked whether what was acknowledged is there, nothing is half there and the ledger verifies;
then the same command is given again, which must succeed, and nothing may be there twice.

    scripts/torture                       every point once, then from seeded chance up to --faults
    scripts/torture --seed 7 --jobs 4     the same log whatever the number of jobs
    scripts/torture --replay FAULT        one fault again

A kind of fault is a file of `scripts/faults/kinds`; its presence registers it.
"""
