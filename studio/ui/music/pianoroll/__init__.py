"""The pianoroll panel."""
