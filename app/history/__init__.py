"""What the plant said in the past: recorded every quarter of an hour and kept for years."""
