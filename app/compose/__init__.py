"""Where the parts are put together; the only rooms that look upward, with the commands."""
