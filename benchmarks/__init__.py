"""One file per promise that is measured."""
