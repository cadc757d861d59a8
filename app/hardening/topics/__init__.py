"""What is looked at: one module a topic, each introduces itself as ``TOPIC``."""
