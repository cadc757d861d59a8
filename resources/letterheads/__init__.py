"""Logos that stand at the head of printed reports."""
