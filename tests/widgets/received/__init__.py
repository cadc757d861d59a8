"""Which readings came, as the screen tells it."""
