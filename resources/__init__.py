"""Profiles, themes, icons and fonts, read through importlib.resources."""
