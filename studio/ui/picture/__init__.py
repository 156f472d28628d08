"""The picture wing of the window: one folder a panel."""
