"""Settings of a device beside those of another, or of a report; carried over both ways."""
