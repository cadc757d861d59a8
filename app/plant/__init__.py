"""Devices and their present values, as screens and commands ask for them."""
