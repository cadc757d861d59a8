"""The project folder: what the plant is made of, its versions, documents and owner."""
