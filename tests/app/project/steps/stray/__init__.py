"""A step that leaves rows behind that point nowhere."""

from app.project.migrations import config

__path__ += config.__path__  # after all that the program has
