"""Tests of the parts of the page of backups."""
