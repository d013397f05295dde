"""Tables going out: for programs, for a terminal, and as workbooks and papers."""
