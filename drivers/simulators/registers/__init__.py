"""Which registers each simulated device serves, with their ranges and start values."""
