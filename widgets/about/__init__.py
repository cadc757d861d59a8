"""What this installation is: version, licence, libraries, and what helps support."""
