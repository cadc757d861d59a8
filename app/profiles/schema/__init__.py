"""The published JSON Schema of profile files, one file a schema version."""
