"""Tests of the plant’s letterhead on the screen."""
