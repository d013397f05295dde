"""Files of the office: reading what people and other programs wrote (HANDBOOK 11).

`table` finds the rows of a workbook or CSV and their columns, `cells` reads one cell, `roster`
and `actions` make batch rows of what they find, `rows` reads anything that `record` is given.
"""
