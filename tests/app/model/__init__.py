"""Rules without devices: clocks, identities, heat."""
