"""What a mood adds to a request for notes, and to the notes that come back. Torch-free.

Invariant: what the person told comes first: an attribute, a scale or chords of the person's are never overruled.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from studio.core.card import Card
from studio.core.messages import Candidate, ComposeRequest
from studio.core.mood import EVEN, LONGEST_CUT_TICKS, Mood
from studio.core.music_messages import Notes
from studio.core.score import Note
from studio.core.theory import guess_key, scale_pitches

RECENT, OCTAVE = 16, 12
LOWEST, HIGHEST = 48, 88


def takes_line(card: Card) -> bool:
    """Whether a model can be asked for the attributes of a line."""
    return "attributes" in card.config


def in_mood(request: ComposeRequest, mood: Mood | None, line: bool, mode_is_free: bool) -> ComposeRequest:
    """The request with a mood's wishes. line: whether the model takes attributes; mode_is_free: whether the person left
    open which scale is written in. Chords that lie over the region keep their mode."""
    if mood is None:
        return request
    told = _bounded(replace(request, mood=mood, prompt=_bound(request)))
    if line:
        wishes = {**dict(mood.attributes), **dict(request.attributes)}
        told = replace(told, attributes=tuple(wishes.items()))
    return _in_mode(told, mood) if mode_is_free and not _has_chords(request) else told


def _bound(request: ComposeRequest) -> Notes:
    """The prompt as it would be without a mood's staccato: what lies before the region is told to last until the next
    note. Else a model that hears short notes writes shorter ones, and again shorter ones after those."""
    start = request.region_start
    before = [note for note in request.prompt if note.end_ticks <= start]
    onsets = sorted({*(note.start_ticks for note in request.prompt if note.start_ticks < start), start})
    longer = {note: _lengthened(note, onsets[bisect_left(onsets, note.end_ticks)]) for note in before}
    return tuple(longer.get(note, note) for note in request.prompt)


def _lengthened(note: Note, until: int) -> Note:
    gap = until - note.end_ticks
    return replace(note, duration_ticks=note.duration_ticks + gap) if 0 < gap <= LONGEST_CUT_TICKS else note


def _bounded(request: ComposeRequest) -> ComposeRequest:
    """Within what was heard and two octaves around the middle of the keyboard: a register is asked for beside the notes
    before, and one answer after the other would leave the keyboard."""
    pitches = [note.pitch for note in (*request.prompt, *request.locked)] or [LOWEST, HIGHEST]
    low = max(request.low, min(LOWEST, *pitches))
    high = min(request.high, max(HIGHEST, *pitches))
    return replace(request, low=low, high=high) if high - low >= OCTAVE else request


def _in_mode(request: ComposeRequest, mood: Mood) -> ComposeRequest:
    """In the parallel key of the one that is told or heard, and within its scale."""
    if not mood.mode:
        return request
    key = mood.key(request.key or guess_key((*request.prompt, *request.locked)).signature)
    return replace(request, key=key, scale=scale_pitches(key.tonic, mood.mode))


def _has_chords(request: ComposeRequest) -> bool:
    return any(
        chord.start_ticks < request.region_end and chord.end_ticks > request.region_start
        for chord in request.chords
    )


def played(request: ComposeRequest, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Answers as loud and as long as the request's mood has it."""
    mood = request.mood
    if mood is None:
        return candidates
    loudness, keeps = _loudness(request), bool(request.rhythm)
    return tuple(replace(one, notes=mood.played(one.notes, loudness, keeps)) for one in candidates)


def _loudness(request: ComposeRequest) -> float:
    """A mean velocity of what was last heard before the region, else of what stands there at all."""
    everything = sorted((*request.prompt, *request.locked), key=lambda note: note.sort_key)
    before = [note.velocity for note in everything if note.start_ticks < request.region_start][-RECENT:]
    heard = before or [note.velocity for note in everything]
    return sum(heard) / len(heard) if heard else EVEN
