"""The page before a project is open: begin one, open one, take one over, look at the demo."""
