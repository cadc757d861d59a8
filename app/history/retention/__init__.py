"""Old samples are thinned out by rule; every sum stays what it was."""
