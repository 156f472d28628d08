"""User stories through the real window, with real threads and the bundled models."""
