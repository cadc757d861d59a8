"""A step that takes its time between its halves."""
