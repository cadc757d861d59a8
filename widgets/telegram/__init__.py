"""A telegram taken apart on the screen: its bytes, its parts, and both as text."""
