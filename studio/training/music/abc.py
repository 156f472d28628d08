"""The ABC reader where the training used to have it: see studio/files/abc.py."""

from studio.files.abc_tune import AbcError, Tune, parse_key, parse_length, parse_meter, read_tune, split_tunes

__all__ = ["AbcError", "Tune", "parse_key", "parse_length", "parse_meter", "read_tune", "split_tunes"]
