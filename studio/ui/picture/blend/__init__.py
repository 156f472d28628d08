"""The blend panel."""
