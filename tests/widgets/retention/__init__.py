"""The parts of the page of stored data, each on its own."""
