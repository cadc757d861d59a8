"""The list of meters, and the card of the one chosen."""
