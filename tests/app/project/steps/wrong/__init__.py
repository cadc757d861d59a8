"""A step that forgets half of what the program expects."""

from app.project.migrations import config

__path__ += config.__path__  # after all that the program has
