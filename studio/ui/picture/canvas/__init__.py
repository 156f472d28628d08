"""The canvas panel."""
