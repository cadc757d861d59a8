"""The steps of ``audit.sqlite``, in order of their revision."""
