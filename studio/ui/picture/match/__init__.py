"""The match panel: own pictures found in a model's space, and points dragged."""
