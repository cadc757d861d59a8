"""Values in two periods, as the screen tells them."""
