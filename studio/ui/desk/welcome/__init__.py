"""The welcome panel."""
