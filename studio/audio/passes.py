"""Pass: where the song is while a run through the score is heard. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pass:
    """One run through the score: at output time `at`, the song is at `song` seconds."""

    at: float
    song: float

    def song_at(self, now: float) -> float:
        return self.song + max(0.0, now - self.at)
