"""A step that takes its time between its halves."""

from app.project.migrations import config

__path__ += config.__path__  # after all that the program has
