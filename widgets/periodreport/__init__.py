"""One value a column of each device for a whole period, and the sums below."""
