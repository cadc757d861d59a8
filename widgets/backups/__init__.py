"""Parts of the page of backups."""
