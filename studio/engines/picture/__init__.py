"""Picture networks, one readable file a family."""
