"""A step that breaks off when half of it is done."""
