"""Telegrams by radio, from the line a receiver hands on to what a meter says."""
