"""The plant’s name and the head of its paper: the form, and the paper as it will be."""
