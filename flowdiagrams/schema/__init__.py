"""The published description of a picture's file, for editors and other programs."""
