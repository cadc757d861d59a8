"""Whole projects in one file: made while they run, looked through, brought back."""
