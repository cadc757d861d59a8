"""The symbols of process pictures: one SVG drawing and one manifest each."""
