"""Kinds of collectors: what their makers say of them in public, one file each."""
