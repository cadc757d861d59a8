"""Ways to a receiver: each a module with a ``RECEIVER``; add one, and it can be named."""
