"""Residents: handed out, erased, and kept erased."""
