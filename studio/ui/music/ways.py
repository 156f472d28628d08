"""Ways: which of the six ways to ask can be taken now, where each would write, and who would answer. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from studio.core.card import Card
from studio.core.performance import is_drum
from studio.core.score import Score
from studio.inference.accompanying import BASS_HAND, CHORDS_FAMILY, CHORDS_HAND
from studio.inference.continuation import region_behind
from studio.inference.harmonising import PARTS, named_voices
from studio.ui.music.compose.ask_buttons import (
    ACCOMPANY,
    CHORDS,
    CONTINUE,
    HARMONISE,
    INFILL,
    VARY,
    Way,
)
from studio.ui.music.pianoroll.note_index import NoteIndex

VOICES_FAMILY = "music.chorale_lstm"
Region = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides: the score and an index of each of its tracks, the edited track, the marked stretch, that of
    the selected notes, where the playhead stands, how many bars are asked for, the co-writer's model and the others
    by family, and which voices are wanted."""

    score: Score
    indexes: tuple[NoteIndex, ...]
    track: int
    marked: Region | None = None
    chosen: Region | None = None
    playhead: int = 0
    bars: int = 4
    writer: Card | None = None
    others: Mapping[str, Card] | None = None
    wanted: tuple[str, ...] = PARTS[4]

    @property
    def locked(self) -> bool:
        return self.track < len(self.score.tracks) and self.score.track(self.track).locked

    @property
    def has_notes(self) -> bool:
        """Whether the edited track has a melody where chords or an accompaniment would go; drums have none."""
        tracks = self.score.tracks
        if self.track >= len(tracks) or is_drum(tracks[self.track].channel):
            return False
        return sounds(self.indexes[self.track], self.marked)

    @property
    def melody(self) -> Region:
        """The marked stretch, else from the beginning to the end of the edited track."""
        return self.marked or (0, max(1, self.indexes[self.track].end_ticks))

    def model(self, family: str) -> Card | None:
        return (self.others or {}).get(family)


def gap_at(score: Score, index: NoteIndex, ticks: int) -> Region | None:
    """The silence around a moment between two notes of a track, a beat at least; None where there is none."""
    if any(not note.muted for note in index.between(ticks, ticks + 1)):
        return None
    behind = index.starting_between(ticks, index.end_ticks + 1)
    after = next((note.start_ticks for note in behind if not note.muted), None)
    before = max((note.end_ticks for note in index.before(ticks) if not note.muted), default=0)
    if after is None or after - before < score.meter_at(before).beat_ticks:
        return None
    return before, after


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
    region = now.marked or region_behind(now.score, now.indexes[now.track].end_ticks, now.bars)
    return Way(True, _bars(now.score, region, bool(now.marked)), _name(now.writer))


def _infill(now: Situation) -> Way:
    if (no := _no_writer(now)) is not None:
        return no
    region = now.marked or gap_at(now.score, now.indexes[now.track], now.playhead)
    if region is None:
        return Way(False, tr("Mark bars on the ruler, or put the playhead into a gap between notes"))
    gap = tr("Fills the gap in {0}").format(_span(now.score, region))
    words = _bars(now.score, region, True) if now.marked else gap
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
    sounding = [sounds(index, now.marked) for index in now.indexes]
    if not any(sounding):
        return Way(False, tr("Write a melody first"))
    missing = [name for name in _missing(now.score, sounding) if name in now.wanted]
    if not missing:
        return Way(False, tr("The voices are there already, locked, or not chosen under Voices"))
    words = tr("Writes {0}").format(", ".join(missing).lower())
    if now.marked:
        words = tr("{0} in {1}").format(words, _span(now.score, now.marked))
    return Way(True, words, model.name)


def _missing(score: Score, sounding: Sequence[bool]) -> list[str]:
    """The voices that Harmonise would write: not there in these bars, and not locked. Another track is the soprano."""
    named = named_voices(score, PARTS[4])
    closed = {name for name, at in named.items() if sounding[at] or score.track(at).locked}
    others = any(on for at, on in enumerate(sounding) if at not in named.values())
    if others and PARTS[4][0] not in named:
        closed.add(PARTS[4][0])
    return [name for name in PARTS[4] if name not in closed]


def sounds(index: NoteIndex, region: Region | None) -> bool:
    """Whether a track has a note in a stretch of time, or at all."""
    return any(not note.muted for note in (index.between(*region) if region else index.notes))


def _accompany(now: Situation) -> Way:
    model = now.model(CHORDS_FAMILY)
    if model is None and not now.score.chords:
        return Way(False, tr("No model finds chords here: write some above the notes"))
    if not now.has_notes:
        return Way(False, tr("Choose a track with a melody, or write one"))
    if {CHORDS_HAND, BASS_HAND} <= {track.name for track in now.score.tracks if track.locked}:
        return Way(False, tr("The accompaniment is locked"))
    words = tr("Writes under {0}").format(_span(now.score, now.melody))
    return Way(True, words, _name(model))


def _chords(now: Situation) -> Way:
    model = now.model(CHORDS_FAMILY)
    if model is None:
        return Way(False, tr("No model that finds chords is installed"))
    if not now.has_notes:
        return Way(False, tr("Choose a track with a melody, or write one"))
    return Way(True, tr("Names chords in {0}").format(_span(now.score, now.melody)), model.name)


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
