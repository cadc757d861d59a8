"""Parts of the page that finds the meters of a bus."""
