"""A project goes from the laptop to the control room: packed, compared, merged."""
