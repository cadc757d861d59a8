"""What nobody does alone, as the screen shows it."""
