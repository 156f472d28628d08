"""The transport panel."""
