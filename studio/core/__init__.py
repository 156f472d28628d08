"""The vocabulary: what things are. Pure Python and NumPy; no Qt, no torch, no files, no threads."""
