"""The first form, as the program has it."""

from app.project.migrations.config.m0001_first_form import down_revision, revision, upgrade

__all__ = ["down_revision", "revision", "upgrade"]
