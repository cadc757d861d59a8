"""The steps of ``journal.sqlite``, in order of their revision."""
