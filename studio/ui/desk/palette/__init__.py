"""The palette panel."""
