"""How well a project is guarded: each topic, and the whole over a real project."""
