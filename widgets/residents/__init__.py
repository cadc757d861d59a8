"""Residents of a meter: who had it when, handed their data, erased for good."""
