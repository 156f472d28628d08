"""The panel of tracks."""
