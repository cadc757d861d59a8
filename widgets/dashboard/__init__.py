"""The start page: tiles on a grid, as each person wants them."""
