"""The log of requests to cut heat off and to give it back."""
