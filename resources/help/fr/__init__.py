"""The help in one language, a page a topic."""
