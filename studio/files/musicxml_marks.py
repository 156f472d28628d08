"""What stands around the notes in MusicXML: key, metre, clef, tempo, rehearsal marks and chord symbols."""

from __future__ import annotations

from bisect import bisect_right
from xml.etree.ElementTree import Element, SubElement

from studio.core.chords import Chord
from studio.core.score import DRUM_CHANNEL, KeySignature, Marker, Score, TempoChange, Track
from studio.files.page import Page
from studio.files.spelling import spelt

Degrees = tuple[tuple[int, int, str], ...]  # value, alteration, and add or alter
HARMONY_KINDS: dict[str, tuple[str, Degrees]] = {
    "": ("major", ()),
    "m": ("minor", ()),
    "7": ("dominant", ()),
    "m7": ("minor-seventh", ()),
    "maj7": ("major-seventh", ()),
    "6": ("major-sixth", ()),
    "m6": ("minor-sixth", ()),
    "dim": ("diminished", ()),
    "dim7": ("diminished-seventh", ()),
    "m7b5": ("half-diminished", ()),
    "aug": ("augmented", ()),
    "7#5": ("augmented-seventh", ()),
    "sus4": ("suspended-fourth", ()),
    "sus2": ("suspended-second", ()),
    "7sus4": ("suspended-fourth", ((7, 0, "add"),)),
    "9": ("dominant-ninth", ()),
    "m9": ("minor-ninth", ()),
    "maj9": ("major-ninth", ()),
    "7b9": ("dominant", ((9, -1, "add"),)),
    "mmaj7": ("major-minor", ()),
    "5": ("power", ()),
    "7b5": ("dominant", ((5, -1, "alter"),)),
    "7#9": ("dominant", ((9, 1, "add"),)),
}
Marks = list[tuple[int, Element]]  # tick, direction or harmony


def add(parent: Element, path: str, content: object = "") -> Element:
    """A new element below `parent` (a path makes those between), with `content` as its text."""
    for tag in path.split("/"):
        parent = SubElement(parent, tag)
    parent.text = str(content) or None
    return parent


def marks_of(page: Page) -> dict[int, Marks]:
    """Tempos, markers and chord symbols, by the number of the bar that they stand in."""
    score = page.score
    marks: Marks = [(tempo.ticks, _tempo(tempo)) for tempo in score.tempos]
    marks += [(marker.ticks, _rehearsal(marker)) for marker in score.markers]
    marks += [(ticks, _harmony(score, ticks, chord)) for ticks, chord in page.chord_marks()]
    starts = [bar.start for bar in page.bars]
    bars: dict[int, Marks] = {}
    for tick, element in sorted(marks, key=lambda mark: mark[0]):
        bars.setdefault(bisect_right(starts, tick) - 1, []).append((tick, element))
    return bars


def put_offset(mark: Element, ticks: int) -> None:
    """Say that a mark stands that much later than the place where it is written."""
    offset = Element("offset", sound="yes") if mark.tag == "direction" else Element("offset")
    offset.text = str(ticks)
    sound = mark.find("sound")
    mark.insert(len(mark) - (sound is not None), offset)


def write_key(attributes: Element, key: KeySignature) -> None:
    element = SubElement(attributes, "key")
    add(element, "fifths", key.fifths)
    add(element, "mode", "minor" if key.minor else "major")


def write_time(attributes: Element, beats: int, unit: int) -> None:
    element = SubElement(attributes, "time")
    add(element, "beats", beats)
    add(element, "beat-type", unit)


def write_clef(attributes: Element, track: Track) -> None:
    """By where the notes lie on the whole."""
    element = SubElement(attributes, "clef")
    if track.channel == DRUM_CHANNEL:
        add(element, "sign", "percussion")
        return
    mean = sum(note.pitch for note in track.notes) / max(1, len(track.notes)) if track.notes else 71
    add(element, "sign", "G" if mean >= 59 else "F")
    add(element, "line", 2 if mean >= 59 else 4)
    if mean >= 86 or mean < 36:
        add(element, "clef-octave-change", 1 if mean >= 86 else -1)


def _tempo(tempo: TempoChange) -> Element:
    element = Element("direction", placement="above")
    beat = add(element, "direction-type/metronome")
    add(beat, "beat-unit", "quarter")
    add(beat, "per-minute", f"{tempo.bpm:g}")
    SubElement(element, "sound", tempo=repr(float(tempo.bpm)))
    return element


def _rehearsal(marker: Marker) -> Element:
    element = Element("direction", placement="above")
    add(element, "direction-type/rehearsal", "".join(c for c in marker.text if c.isprintable()))
    return element


def _harmony(score: Score, ticks: int, chord: Chord | None) -> Element:
    element = Element("harmony")
    key = score.key_at(ticks)
    _step(element, "root", spelt(60 + chord.root if chord else 60, key)[:2])
    if chord is None:
        element[0][0].set("text", "")  # there is no root: else engravers write CN.C.
    kind, degrees = HARMONY_KINDS[chord.quality] if chord else ("none", ())
    add(element, "kind", kind).set("text", chord.quality if chord else "N.C.")
    if chord is not None and chord.bass is not None:
        _step(element, "bass", spelt(60 + chord.bass, key)[:2])
    for value, alter, how in degrees:
        degree = SubElement(element, "degree", {"print-object": "no"})  # the text of the kind has it
        add(degree, "degree-value", value)
        add(degree, "degree-alter", alter)
        add(degree, "degree-type", how)
    return element


def _step(harmony: Element, what: str, spelling: tuple[str, int]) -> None:
    letter, alter = spelling
    element = SubElement(harmony, what)
    add(element, f"{what}-step", letter)
    if alter:
        add(element, f"{what}-alter", alter)
