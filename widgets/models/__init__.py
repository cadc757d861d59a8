"""Qt item models over what the core answers."""
