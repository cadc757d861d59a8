"""What the rules found in the indexes of meters, on the screen."""
