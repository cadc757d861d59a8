"""The parts of the device table: tree, groups, filter chips, bulk bar."""
