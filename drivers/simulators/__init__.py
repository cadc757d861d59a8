"""Real servers that behave like field devices; one file each, told by ``SIMULATOR``."""
