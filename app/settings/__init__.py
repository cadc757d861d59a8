"""What this installation is told in ``settings.toml``, one frozen part for each owner."""
