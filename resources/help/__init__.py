"""Short help pages, and pictures of the product for them."""
