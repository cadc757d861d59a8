"""Everything that draws: shell, pages, controls and the bridge to the core."""
