"""Samples in files: taken out, brought in, judged before anything is written."""
