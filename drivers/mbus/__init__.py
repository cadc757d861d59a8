"""M-Bus, wired (EN 13757-2, -3) and wireless (EN 13757-4, -7): bytes to records, no I/O."""
