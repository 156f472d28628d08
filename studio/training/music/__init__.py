"""Training of music models."""
