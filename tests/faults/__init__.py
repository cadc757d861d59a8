"""Disks that fail at a chosen write, and what the product makes of it."""
