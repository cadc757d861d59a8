"""One file per page; each tells the shell about itself in ``PAGE``."""
