"""How other windows and commands on this machine reach the core that owns a project."""
