"""Tests of the dialog that tells what runs here."""
