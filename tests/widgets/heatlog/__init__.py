"""Tests of the log of requests about heat."""
