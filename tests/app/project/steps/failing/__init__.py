"""A step that breaks off when half of it is done."""

from app.project.migrations import config

__path__ += config.__path__  # after all that the program has
