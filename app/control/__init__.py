"""The one door for writing: permission, limits, audit, write, read back."""
