"""Old samples are thinned out: each part of that on its own."""
