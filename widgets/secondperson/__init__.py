"""What nobody does alone: asked for, confirmed by another person, and who waits for whom."""
