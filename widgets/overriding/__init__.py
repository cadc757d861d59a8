"""What was taken out of automatic: seen from everywhere, and taken back."""
