"""What files are made of before they are tables: packages, containers, records, markup, text."""
