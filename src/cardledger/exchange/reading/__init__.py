"""Reading a table: its header and columns, its cells, and every fault that is found on the way."""
