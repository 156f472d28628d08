"""The panel of layers."""
