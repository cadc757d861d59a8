"""How one meter is set up: its address, how often it is read, what it alarms about."""
