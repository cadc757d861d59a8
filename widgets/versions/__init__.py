"""Earlier versions of one thing: their list, what differs, and bringing one back."""
