"""A step that forgets half of what the program expects."""
