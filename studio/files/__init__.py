"""One file type a module."""
