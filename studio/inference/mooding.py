"""What a mood adds to a request for notes, and to the notes that come back. Torch-free.

Invariant: what the person told comes first: an attribute, a scale or chords of the person's are never overruled.
"""

from __future__ import annotations

from dataclasses import replace

from studio.core.card import Card
from studio.core.messages import Candidate, ComposeRequest
from studio.core.mood import EVEN, Mood
from studio.core.theory import guess_key, scale_pitches

RECENT = 16


def takes_line(card: Card) -> bool:
    """Whether a model can be asked for the attributes of a line."""
    return "attributes" in card.config


def in_mood(request: ComposeRequest, mood: Mood | None, line: bool, mode_is_free: bool) -> ComposeRequest:
    """The request with a mood's wishes. line: whether the model takes attributes; mode_is_free: whether the person left
    open which scale is written in. Chords that lie over the region keep their mode."""
    if mood is None:
        return request
    told = replace(request, mood=mood)
    if line:
        wishes = {**dict(mood.attributes), **dict(request.attributes)}
        told = replace(told, attributes=tuple(wishes.items()))
    return _in_mode(told, mood) if mode_is_free and not _has_chords(request) else told


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
