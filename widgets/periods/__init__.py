"""Values in two periods: what indexes counted, and the means of what was measured."""
