"""Score -> ABC: one tune, a voice for each track that has notes, chord names in quotes, a bar at a time.

A voice of ABC sounds one note or chord at a time: what overlaps is cut, and counted in the warnings. Triplets are
written as such, lengths in eighths. Loudness has no place here.
Source: the ABC music standard 2.1 (2011).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import groupby
from pathlib import Path

from studio.core.score import DRUM_CHANNEL, KeySignature, Score, Track
from studio.files.atomic import write_file
from studio.files.midi_writer import MAJOR, MINOR
from studio.files.page import Page, Piece, laid_out, rounded
from studio.files.spelling import altered_by, spelt

UNIT_TICKS = 240  # L:1/8
BARS_A_LINE = 4
UNNAMED = ("", "Melody")
_SIGNS = {-2: "__", -1: "_", 0: "=", 1: "^", 2: "^^"}


def write_abc(score: Score, path: Path) -> tuple[str, ...]:
    """Write a file; returns what could not be written as it is."""
    text, warnings = abc_text(score)
    write_file(path, text.encode("utf-8"))
    return warnings


def abc_text(score: Score) -> tuple[str, tuple[str, ...]]:
    """The text of the file, and the warnings. StudioError for a score without notes."""
    page = laid_out(score, max_voices=1)
    numbers = [index for index, track in enumerate(score.tracks) if track.notes]
    lines = list(_header(page))
    for number in numbers:
        track = score.tracks[number]
        if len(numbers) > 1 or track.name not in UNNAMED or track.channel == DRUM_CHANNEL:
            lines.append(_voice_line(score, number))
        if track.program:
            lines.append(f"%%MIDI program {track.program}")
        lines += _Voice(page, number, is_first=number == numbers[0]).lines()
    return "\n".join(lines) + "\n", (*page.warnings(), *_unsaid(score))


def _unsaid(score: Score) -> Iterator[str]:
    """What ABC has no words for."""
    if len({note.velocity for track in score.tracks for note in track.heard}) > 1:
        yield "How loud each note is was left out."
    if any((track.volume, track.pan) != (Track().volume, Track().pan) for track in score.tracks):
        yield "Volume and place of the tracks were left out."
    if odd := sum(tempo.bpm != round(tempo.bpm) for tempo in score.tempos):
        yield f"Tempos rounded to whole numbers: {odd}."


def _header(page: Page) -> Iterator[str]:
    score, first = page.score, page.bars[0]
    yield "X:1"
    yield f"T:{_one_line(score.title) or 'Untitled'}"
    yield f"M:{first.beats}/{first.unit}"
    yield "L:1/8"
    yield f"Q:1/4={max(1, min(999, round(score.tempos[0].bpm)))}"
    yield f"K:{_key_name(_keys(score).get(0))}"


def _voice_line(score: Score, number: int) -> str:
    track = score.tracks[number]
    clef = " clef=perc" if track.channel == DRUM_CHANNEL else ""
    name = _one_line(track.name).replace('"', "'").replace("]", ")")
    return f'V:{number + 1} name="{name}"{clef}'


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _keys(score: Score) -> dict[int, KeySignature]:
    return {rounded(key.ticks): key for key in score.keys}


def _key_name(key: KeySignature | None) -> str:
    return "C" if key is None else (MINOR if key.minor else MAJOR)[key.fifths + 7]


class _Voice:
    """Writes one track. The first one carries the chord names, the sections and the tempos."""

    def __init__(self, page: Page, number: int, is_first: bool) -> None:
        score = page.score
        self._page, self._voice = page, page.parts[number][0]
        self._keys = _keys(score)
        self._figures: dict[int, str] = {}
        self._sections: dict[int, str] = {}
        self._tempos: dict[int, float] = {}
        if is_first:
            marks = page.chord_marks()
            self._figures = {rounded(tick): chord.name if chord else "N.C." for tick, chord in marks}
            self._sections = {rounded(one.ticks): _one_line(one.text) for one in score.markers}
            self._tempos = {rounded(tempo.ticks): tempo.bpm for tempo in score.tempos if tempo.ticks}
        self._shown: dict[tuple[str, int], int] = {}  # what the signs in this bar have made of each letter

    def lines(self) -> Iterator[str]:
        """Some bars a line; a new section or metre begins a new one."""
        line, before = list[str](), self._page.bars[0]
        for index, bar in enumerate(self._page.bars):
            fields = [f"P:{self._sections[t]}" for t in self._sections if bar.start <= t < bar.end]
            fields += (
                [f"M:{bar.beats}/{bar.unit}"] if (bar.beats, bar.unit) != (before.beats, before.unit) else []
            )
            if fields or len(line) == BARS_A_LINE:
                yield from [" ".join(line)] if line else []
                yield from fields
                line = []
            line.append(self._bar(index) + ("|" if index + 1 < len(self._page.bars) else "|]"))
            before = bar
        yield " ".join(line)

    def _bar(self, index: int) -> str:
        cuts = {*self._figures, *self._keys, *self._tempos}
        pieces = list(self._page.pieces(index, self._voice.get(index, []), cuts))
        self._shown = {}
        words = list[str]()
        for triplet, group in groupby(pieces, key=lambda piece: piece.value.triplet):
            for run in _tuplets(group) if triplet else ([piece] for piece in group):
                mark = "" if not triplet else "(3" if len(run) == 3 else f"(3:2:{len(run)}"
                text = mark + "".join(self._piece(piece) for piece in run)
                words.append(" " * self._is_on_beat(run[0], index) + text)
        return "".join(words)

    def _is_on_beat(self, piece: Piece, index: int) -> bool:
        """Whether a new beam may begin here; not so on the bar line."""
        bar = self._page.bars[index]
        return piece.start > bar.start and (piece.start - bar.start) % bar.beat_ticks == 0

    def _piece(self, piece: Piece) -> str:
        text = ""
        if piece.start in self._keys and piece.start:
            text += f"[K:{_key_name(self._keys[piece.start])}]"
            self._shown = {}
        if piece.start in self._tempos:
            text += f"[Q:1/4={round(self._tempos[piece.start])}]"
        if piece.start in self._figures:
            text += f'"{self._figures[piece.start]}"'
        return text + self._sounding(piece) + _length(piece) + ("-" if piece.goes_on else "")

    def _sounding(self, piece: Piece) -> str:
        if piece.sound is None:
            return "z"
        names = [
            self._name(note.pitch, piece.start) for note in sorted(piece.sound.notes, key=lambda n: n.pitch)
        ]
        return names[0] if len(names) == 1 else f"[{''.join(names)}]"

    def _name(self, pitch: int, ticks: int) -> str:
        key = self._page.score.key_at(ticks)
        letter, alter, octave = spelt(pitch, key)
        holds = self._shown.get((letter, octave), altered_by(key).get(letter, 0))
        self._shown[letter, octave] = alter
        sign = "" if alter == holds else _SIGNS[alter]
        return sign + (letter + "," * (4 - octave) if octave < 5 else letter.lower() + "'" * (octave - 5))


def _tuplets(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Triplet values in groups that fill a half, a whole or two beats, as far as they do."""
    run, length = list[Piece](), 0
    for piece in pieces:
        run.append(piece)
        length += piece.value.ticks
        if length % UNIT_TICKS == 0 or len(run) == 9:
            yield run
            run, length = [], 0
    if run:
        yield run


def _length(piece: Piece) -> str:
    """As a multiple of an eighth, before the triplet's sign takes a third away."""
    ticks = Fraction(piece.value.ticks, UNIT_TICKS) * (Fraction(3, 2) if piece.value.triplet else 1)
    above = "" if ticks.numerator == 1 else str(ticks.numerator)
    return above if ticks.denominator == 1 else f"{above}/{ticks.denominator}"
