"""How a device has been answering: presence and latency over the day, errors, raw frames."""
