"""The cards beside a device's picture: what matters of it now, and what to do about it."""
