"""History wired up: the store, what fills it, and what answers from it."""
