"""Reading performance on the screen: which of the readings that were due came, and how good."""
