"""What may stand on a dashboard: each module here with a ``TILE`` is a kind of tile."""
