"""A step that adds the height of a device above the sea, in metres."""
