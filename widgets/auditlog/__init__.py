"""The activity log: a table of any length, its filters, one entry in full, and its files."""
