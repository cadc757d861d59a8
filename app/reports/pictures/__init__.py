"""Flow pictures for paper, one JSON file each, named like the picture on the screen."""
