"""Ways: which of the six ways to ask can be taken now, where each would write, and who would answer. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from studio.core.card import Card
from studio.core.score import Score
from studio.inference.accompanying import BASS_HAND, CHORDS_FAMILY, CHORDS_HAND
from studio.inference.continuation import region_after
from studio.inference.harmonising import PARTS, places_of
from studio.ui.music.compose.ask_buttons import (
    ACCOMPANY,
    CHORDS,
    CONTINUE,
    HARMONISE,
    INFILL,
    VARY,
    Way,
)

VOICES_FAMILY = "music.chorale_lstm"
Region = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides: the score, the track that is edited, the marked stretch, that of the selected notes, where the
    playhead stands, how many bars are asked for, the model of the co-writer and the others by family."""

    score: Score
    track: int
    marked: Region | None = None
    chosen: Region | None = None
    playhead: int = 0
    bars: int = 4
    writer: Card | None = None
    others: Mapping[str, Card] | None = None

    @property
    def locked(self) -> bool:
        return self.track < len(self.score.tracks) and self.score.track(self.track).locked

    @property
    def has_notes(self) -> bool:
        """Whether the edited track has notes where chords, voices or an accompaniment would go."""
        start, end = self.marked or (0, 1 << 60)
        tracks = self.score.tracks
        return self.track < len(tracks) and any(
            note.overlaps(start, end) for note in tracks[self.track].heard
        )

    @property
    def melody_end(self) -> Region:
        """From the beginning to the end of the edited track."""
        return 0, max(1, self.score.track(self.track).end_ticks)

    def model(self, family: str) -> Card | None:
        return (self.others or {}).get(family)


def gap_at(score: Score, track: int, ticks: int) -> Region | None:
    """The silence around a moment between two notes of a track, a beat at least; None where there is none."""
    if track >= len(score.tracks):
        return None
    before, after = 0, 1 << 60
    for note in score.track(track).notes:
        if note.muted:
            continue
        if note.overlaps(ticks, ticks + 1):
            return None
        before = max(before, note.end_ticks if note.end_ticks <= ticks else 0)
        after = min(after, note.start_ticks if note.start_ticks > ticks else after)
    if after == 1 << 60:
        return None
    return (before, after) if after - before >= score.meter_at(before).beat_ticks else None


def ways_of(now: Situation) -> dict[str, Way]:
    """All six."""
    return {
        CONTINUE: _continue(now),
        INFILL: _infill(now),
        VARY: _vary(now),
        HARMONISE: _harmonise(now),
        ACCOMPANY: _accompany(now),
        CHORDS: _chords(now),
    }


def _continue(now: Situation) -> Way:
    if (no := _no_writer(now)) is not None:
        return no
    region = now.marked or region_after(now.score, now.track, now.bars)
    return Way(True, _bars(now.score, region, bool(now.marked)), _name(now.writer))


def _infill(now: Situation) -> Way:
    if (no := _no_writer(now)) is not None:
        return no
    region = now.marked or gap_at(now.score, now.track, now.playhead)
    if region is None:
        return Way(False, tr("Mark bars on the ruler, or put the playhead into a gap between notes"))
    words = (
        _bars(now.score, region, True)
        if now.marked
        else tr("Fills the gap in {0}").format(_span(now.score, region))
    )
    return Way(True, words, _name(now.writer))


def _vary(now: Situation) -> Way:
    if (no := _no_writer(now)) is not None:
        return no
    region = now.marked or now.chosen
    if region is None:
        return Way(False, tr("Mark bars on the ruler, or select notes"))
    return Way(True, tr("Writes {0} otherwise").format(_span(now.score, region)), _name(now.writer))


def _harmonise(now: Situation) -> Way:
    model = now.model(VOICES_FAMILY)
    if model is None:
        return Way(False, tr("No model for voices is installed"))
    start, end = now.marked or (0, 1 << 60)
    if not any(note.overlaps(start, end) for track in now.score.tracks for note in track.heard):
        return Way(False, tr("Write a melody first"))
    names = PARTS[4]
    places = places_of(now.score, names)
    missing = [
        name
        for name, place in zip(names, places, strict=True)
        if place is None
        or not (
            now.score.track(place).locked or any(n.overlaps(start, end) for n in now.score.track(place).heard)
        )
    ]
    if not missing:
        return Way(False, tr("All four voices are there already, or locked"))
    words = tr("Writes {0}").format(", ".join(missing).lower())
    return Way(
        True,
        words if not now.marked else tr("{0} in {1}").format(words, _span(now.score, now.marked)),
        model.name,
    )


def _accompany(now: Situation) -> Way:
    model = now.model(CHORDS_FAMILY)
    if model is None and not now.score.chords:
        return Way(False, tr("No model finds chords here: write some above the notes"))
    if not now.has_notes:
        return Way(False, tr("Write a melody first"))
    if {CHORDS_HAND, BASS_HAND} <= {track.name for track in now.score.tracks if track.locked}:
        return Way(False, tr("The accompaniment is locked"))
    words = tr("Writes under {0}").format(_span(now.score, now.marked or now.melody_end))
    return Way(True, words, _name(model))


def _chords(now: Situation) -> Way:
    model = now.model(CHORDS_FAMILY)
    if model is None:
        return Way(False, tr("No model that finds chords is installed"))
    if not now.has_notes:
        return Way(False, tr("Write a melody first"))
    return Way(
        True, tr("Names chords in {0}").format(_span(now.score, now.marked or now.melody_end)), model.name
    )


def _no_writer(now: Situation) -> Way | None:
    """Why the co-writer cannot write on this track."""
    if now.writer is None:
        return Way(False, tr("No model for melodies is installed"))
    if now.locked or now.track >= len(now.score.tracks):
        return Way(False, tr("This track is locked"))
    return None


def _name(card: Card | None) -> str:
    return card.name if card is not None else ""


def _bars(score: Score, region: Region, marked: bool) -> str:
    words = tr("Writes {0} (marked)") if marked else tr("Writes {0}")
    return words.format(_span(score, region))


def _span(score: Score, region: Region) -> str:
    """As "bar 3" or "bars 5 to 8"."""
    first, last = score.bar_of(region[0]) + 1, score.bar_of(max(region[0], region[1] - 1)) + 1
    return tr("bar {0}").format(first) if first == last else tr("bars {0}–{1}").format(first, last)


def tr(text: str) -> str:
    return QCoreApplication.translate("Ways", text)
