"""The networks. torch lives here and in training."""
