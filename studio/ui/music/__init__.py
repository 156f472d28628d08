"""The music wing of the window: one folder a panel."""
