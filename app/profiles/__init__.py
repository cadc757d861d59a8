"""Device profiles: the files that say where a device model keeps what, and how to treat it."""
