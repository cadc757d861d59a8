"""One file per kind of rule; each tells the service about itself in ``RULE``."""
