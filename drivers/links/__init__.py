"""Thin wrappers around protocol libraries; only simulators import those besides."""
