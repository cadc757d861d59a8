"""Meter profiles: what each make of meter means beyond the standard, one file a family."""
