"""The colours of each look, one file a theme."""
