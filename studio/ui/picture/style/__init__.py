"""The style panel."""
