"""Help at hand: a page for every page of the desk, and a way around for the first time."""
