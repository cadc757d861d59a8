"""A step that adds the height of a device above the sea, in metres."""

from app.project.migrations import config

__path__ += config.__path__  # after all that the program has
