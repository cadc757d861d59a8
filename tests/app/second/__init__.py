"""What nobody does alone, proved with real people in a real project."""
