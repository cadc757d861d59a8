"""What meters counted: worked out from what they sent and what people stated, exactly."""
