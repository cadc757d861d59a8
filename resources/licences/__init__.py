"""The licence of the program, and those of the libraries it is built upon."""
