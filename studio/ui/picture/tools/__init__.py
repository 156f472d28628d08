"""The tools of the canvas: the strip, the options of the one in hand, and what each of them does."""
