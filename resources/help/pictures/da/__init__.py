"""Pictures of the product, made by dev.py pictures."""
