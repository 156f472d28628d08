"""The phrases panel."""
