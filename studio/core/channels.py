"""MIDI channels for new tracks: one that no other track has, never that of the drums. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.score import DRUM_CHANNEL, Score

CHANNELS = 16


def free_channels(score: Score) -> Iterator[int]:
    """Those that no track of a score has, one after the other, then channel 0 for all further ones."""
    taken = {track.channel for track in score.tracks} | {DRUM_CHANNEL}
    yield from (channel for channel in range(CHANNELS) if channel not in taken)
    while True:
        yield 0
