"""One gettext catalogue per language."""
