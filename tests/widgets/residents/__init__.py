"""The residents of a meter at the screen."""
