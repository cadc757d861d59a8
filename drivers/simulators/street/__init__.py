"""A street of radio meters: what they count, how they say it, who hears them."""
