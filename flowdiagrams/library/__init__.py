"""The ready pictures of known controller applications, one document each."""
