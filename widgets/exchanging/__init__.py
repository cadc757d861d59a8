"""The guided exchange of a meter: planned before the visit, done and checked on it."""
