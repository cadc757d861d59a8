"""The commands; with ``app.__main__`` and ``app.compose`` the composition layer."""
