"""What an index counted, as the screen tells it."""
