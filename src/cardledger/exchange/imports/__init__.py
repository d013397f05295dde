"""What comes in: one file a kind of list, from the rows of a spreadsheet to rows of a batch."""
