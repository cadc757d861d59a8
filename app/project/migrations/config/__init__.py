"""The steps of ``config.sqlite``, in order of their revision."""
