"""The steps by which the project databases came to their present shape."""
