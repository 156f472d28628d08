"""Learning: shared parts and the two wings' data, losses and loops."""
