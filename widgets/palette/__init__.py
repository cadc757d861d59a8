"""Ctrl+K: find a device, a page, an alarm or a command by a few letters of its name."""
