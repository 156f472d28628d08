"""Music networks, one readable file a family."""
