"""Sound: synthesis, transport and MIDI ports."""
