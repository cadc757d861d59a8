"""People: who may come in, what they did, and the secrets kept for them."""
