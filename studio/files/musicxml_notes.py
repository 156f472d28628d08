"""BarWriter: the notes of one bar of one part in MusicXML, voice after voice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement

from studio.core.score import DRUM_CHANNEL, KeySignature, Note
from studio.files.musicxml_marks import Marks, add, put_offset, write_key
from studio.files.page import Bar, Page, Piece
from studio.files.spelling import Spelt, altered_by, spelt

_SIGNS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
Kinds = tuple[str, ...]  # start and stop of ties and tuplets; what each beam does
FORTE = 90  # the velocity that MusicXML calls 100 per cent


class BarWriter:
    """Writes one bar. Marks stand before the piece of the first voice that they fall into."""

    def __init__(
        self, page: Page, place: tuple[int, int], marks: Marks, keys: dict[int, KeySignature]
    ) -> None:
        self._page, (self._part, self._number), self._marks, self._keys = page, place, list(marks), keys
        self._bar = page.bars[self._number]
        self._drums = page.score.tracks[self._part].channel == DRUM_CHANNEL
        voices = page.parts[self._part]
        self._voices = [voice.get(self._number, []) for voice in voices]
        self._signs = {} if self._drums else dict(self._shown_signs())

    def write(self, measure: Element) -> None:
        if not self._voices[0] and not self._keys:
            self._write_silence(measure)
        else:
            self._write_voice(measure, 0)
        for voice in range(1, len(self._voices)):
            if self._voices[voice]:
                add(measure, "backup/duration", self._bar.end - self._bar.start)
                self._write_voice(measure, voice)

    def _pieces(self, voice: int) -> list[Piece]:
        cuts = tuple(self._keys) if voice == 0 else ()
        return list(self._page.pieces(self._number, self._voices[voice], cuts))

    def _key(self, ticks: int) -> KeySignature | None:
        return self._page.score.key_at(ticks)

    def _shown_signs(self) -> Iterator[tuple[tuple[int, int, int], str]]:
        """(voice, tick, pitch) -> the sign before it, where the bar so far makes one needed."""
        both = [(piece, voice) for voice in range(len(self._voices)) for piece in self._pieces(voice)]
        shown: dict[tuple[str, int], int] = {}
        for piece, voice in sorted(both, key=lambda one: one[0].start):
            key = self._key(piece.start)
            if piece.start in self._keys:
                shown.clear()
            for note in piece.sound.notes if piece.sound and not piece.came_on else ():
                letter, alter, octave = spelt(note.pitch, key)
                if shown.get((letter, octave), altered_by(key).get(letter, 0)) != alter:
                    yield (voice, piece.start, note.pitch), _SIGNS[alter]
                shown[letter, octave] = alter

    def _write_silence(self, measure: Element) -> None:
        self._write_marks(measure, self._bar.start, self._bar.end)
        note = SubElement(measure, "note")
        SubElement(note, "rest", measure="yes")
        add(note, "duration", self._bar.end - self._bar.start)
        add(note, "voice", 1)

    def _write_marks(self, measure: Element, start: int, end: int) -> None:
        while self._marks and self._marks[0][0] < end:
            tick, mark = self._marks.pop(0)
            if tick != start:
                put_offset(mark, tick - start)
            measure.append(mark)

    def _write_voice(self, measure: Element, voice: int) -> None:
        pieces = self._pieces(voice)
        groups = zip(pieces, _tuplets(pieces, voice > 0), _beams(pieces, self._bar), strict=True)
        for piece, tuplet, beams in groups:
            if voice == 0:
                if piece.start in self._keys:
                    write_key(SubElement(measure, "attributes"), self._keys[piece.start])
                self._write_marks(measure, piece.start, piece.end)
            if piece.sound is not None:
                self._write_chord(measure, (piece, voice), tuplet, beams)
            elif voice == 0:
                self._write_rest(measure, piece, tuplet)
            else:
                self._write_gap(measure, piece, voice)

    def _write_gap(self, measure: Element, piece: Piece, voice: int) -> None:
        forward = SubElement(measure, "forward")
        add(forward, "duration", piece.value.ticks)
        add(forward, "voice", voice + 1)

    def _write_rest(self, measure: Element, piece: Piece, tuplet: Kinds) -> None:
        note = SubElement(measure, "note")
        add(note, "rest")
        add(note, "duration", piece.value.ticks)
        _write_value(note, piece, 0, "")
        _write_notations(note, (), tuplet)

    def _write_chord(self, measure: Element, place: tuple[Piece, int], tuplet: Kinds, beams: Kinds) -> None:
        piece, voice = place
        assert piece.sound is not None
        for number, sounding in enumerate(sorted(piece.sound.notes, key=lambda one: one.pitch)):
            note = SubElement(measure, "note", id=_name(sounding, piece))
            note.set("dynamics", f"{100 * sounding.velocity / FORTE:.2f}")
            if number:
                add(note, "chord")
            self._write_pitch(note, sounding, piece)
            _write_value(note, piece, voice, self._signs.get((voice, piece.start, sounding.pitch), ""))
            for level, kind in enumerate(() if number else beams, 1):
                add(note, "beam", kind).set("number", str(level))
            _write_notations(note, _ties(piece), () if number else tuplet)

    def _write_pitch(self, note: Element, sounding: Note, piece: Piece) -> None:
        if self._drums:
            place = SubElement(note, "unpitched")
            written = spelt(sounding.pitch + 24, None)
            add(place, "display-step", written.letter)
            add(place, "display-octave", min(9, written.octave))
        else:
            _pitch(SubElement(note, "pitch"), spelt(sounding.pitch, self._key(piece.sound_start)))
        add(note, "duration", piece.value.ticks)
        for kind in _ties(piece):
            SubElement(note, "tie", type=kind)
        if self._drums:
            SubElement(note, "instrument", id=f"P{self._part + 1}-I{sounding.pitch}")


def _name(note: Note, piece: Piece) -> str:
    """So that a picture of the page can be asked where a note of the score is: n7, and n7t480 where it is held."""
    return f"n{note.id}t{piece.start}" if piece.came_on else f"n{note.id}"


def _write_value(note: Element, piece: Piece, voice: int, sign: str) -> None:
    add(note, "voice", voice + 1)
    add(note, "type", piece.value.name)
    if piece.value.dotted:
        add(note, "dot")
    if sign:
        add(note, "accidental", sign)
    if piece.value.triplet:
        change = SubElement(note, "time-modification")
        add(change, "actual-notes", 3)
        add(change, "normal-notes", 2)


def _pitch(element: Element, written: Spelt) -> None:
    add(element, "step", written.letter)
    if written.alter:
        add(element, "alter", written.alter)
    add(element, "octave", written.octave)


def _ties(piece: Piece) -> Kinds:
    return ("stop",) * piece.came_on + ("start",) * piece.goes_on


def _write_notations(note: Element, ties: Kinds, tuplet: Kinds) -> None:
    if ties or tuplet:
        notations = SubElement(note, "notations")
        for kind in ties:
            SubElement(notations, "tied", type=kind)
        for kind in tuplet:
            SubElement(notations, "tuplet", type=kind)


def _tuplets(pieces: Sequence[Piece], broken_by_rests: bool) -> Iterator[Kinds]:
    """For each piece: whether a triplet's bracket starts and stops there; one fills whole eighths as far as it can."""
    length = 0
    for index, piece in enumerate(pieces):
        if not _in_tuplet(piece, broken_by_rests):
            length = 0
            yield ()
            continue
        begins, length = not length, length + piece.value.ticks
        last = index + 1 == len(pieces) or not _in_tuplet(pieces[index + 1], broken_by_rests)
        ends = length % 240 == 0 or last
        length = 0 if ends else length
        yield ("start",) * begins + ("stop",) * ends


def _in_tuplet(piece: Piece, broken_by_rests: bool) -> bool:
    return piece.value.triplet and not (broken_by_rests and piece.sound is None)


def _beams(pieces: Sequence[Piece], bar: Bar) -> Iterator[Kinds]:
    """For each piece what its beams do: notes with flags that stand in one beat hang together."""

    def linked(one: int, other: int) -> int:
        """How many beams lead from a piece to its neighbour."""
        if not 0 <= one < other < len(pieces) or None in (pieces[one].sound, pieces[other].sound):
            return 0
        places = [(pieces[index].start - bar.start) // bar.beat_ticks for index in (one, other)]
        return min(pieces[one].value.beams, pieces[other].value.beams) if places[0] == places[1] else 0

    for index, piece in enumerate(pieces):
        left, right = linked(index - 1, index), linked(index, index + 1)
        count = piece.value.beams if left or right else 0
        yield tuple(_beam(level, left, right) for level in range(1, count + 1))


def _beam(level: int, left: int, right: int) -> str:
    if level <= left:
        return "continue" if level <= right else "end"
    if level <= right:
        return "begin"
    return "backward hook" if left else "forward hook"
