"""The list of steps."""
