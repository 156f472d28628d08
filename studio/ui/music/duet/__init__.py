"""The Duet panel: call and response with a music model, live."""
