"""The main window: it only places what the pages package holds."""
