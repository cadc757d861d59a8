"""A step that leaves rows behind that point nowhere."""
