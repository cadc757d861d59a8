"""What nobody does alone: asked for by one person, confirmed by another, done once."""
