"""The tabs of a device's page, one file each; each introduces itself in ``TAB``."""
