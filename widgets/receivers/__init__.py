"""Parts of the page of receivers."""
