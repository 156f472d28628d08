"""More like this: what a model is asked so that its answers resemble one of its ideas, and which of them are shown.

An idea is resembled in four ways: on its main notes, from its opening on, on its rhythm, and by its character alone
(its measured attributes as wishes). More answers are drawn than shown; core.likeness says which are most like it.
Torch-free.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from studio.core.attributes import Quantiles, Window
from studio.core.card import Card
from studio.core.likeness import Phrase, most_like
from studio.core.messages import Candidate, ComposeRequest
from studio.core.music_messages import NEAREST_OF, Notes
from studio.core.score import Note
from studio.engines.music.region import base_pitch, key_of, top_line

MAIN_NOTES, OPENING, RHYTHM, CHARACTER = "main notes", "opening", "rhythm", "character"
DRAWN, ROUNDS = 8, 2  # answers a request, requests a way
STRIDE = 1_000  # seeds of an idea's relatives begin so far from its own
MOST_ASKED = 3 * ROUNDS + 1
MAX_SEED = 2**31 - 1
MOST_KEPT = 0.6  # of an idea's notes: with more there is nothing left to write
STEERED = "music.melody_lstm"  # the family that takes attributes and a rhythm


@dataclass(frozen=True, slots=True)
class Resembling:
    """One question for relatives of an idea. given: notes of it that stand in every answer."""

    way: str
    request: ComposeRequest
    given: Notes = ()


@dataclass(frozen=True, slots=True)
class Relative:
    """An idea that resembles another: what was asked, and what came of it."""

    asked: Resembling
    candidate: Candidate

    @property
    def notes(self) -> Notes:
        """All of it, also what was given."""
        return tuple(sorted((*self.asked.given, *self.candidate.notes), key=lambda note: note.start_ticks))


def resembling(asked: ComposeRequest, liked: Notes, card: Card, turn: int = 0) -> tuple[Resembling, ...]:
    """What to ask for relatives of an idea. asked: what it came from, with its own seed; turn: 0, then 1, 2 ... for
    other ones each time. The same arguments give the same answers."""
    plain = replace(asked, candidates=DRAWN, best_of=1, streaming=False)
    ways = [_on_main_notes(plain, liked), _from_opening(plain, liked)]
    if card.family == STEERED:
        wishes = measured(asked, liked, card)
        ways += [] if asked.rhythm else [_on_rhythm(plain, liked, wishes)]
        plain = replace(plain, attributes=wishes, best_of=NEAREST_OF if wishes else 1)
    found = [*[way for way in ways if way is not None] * ROUNDS, Resembling(CHARACTER, plain)]
    first = turn * MOST_ASKED + 1
    return tuple(_seeded(way, asked.seed + STRIDE * number) for number, way in enumerate(found, first))


def relatives(
    answers: Sequence[tuple[Resembling, Sequence[Candidate]]],
    liked: Iterable[Note],
    count: int,
    known: Iterable[Iterable[Note]] = (),
) -> list[Relative]:
    """The answers that are most like the idea, the ways in turn, none the same as it or as one that is known."""
    region = (answers[0][0].request.region_start, answers[0][0].request.region_end)
    pools: dict[str, list[Relative]] = {}
    for asked, candidates in answers:
        pools.setdefault(asked.way, []).extend(Relative(asked, one) for one in candidates)
    each = list(pools.values())
    phrases = [[Phrase.of(one.notes, region) for one in pool] for pool in each]
    chosen = most_like(Phrase.of(liked, region), phrases, count, [Phrase.of(one, region) for one in known])
    return [each[way][index] for way, index in chosen]


def measured(asked: ComposeRequest, liked: Iterable[Note], card: Card) -> tuple[tuple[str, float], ...]:
    """The attributes of an idea as wishes, in the quantiles that the model takes them for."""
    key = key_of(asked.key, asked.prompt or asked.locked or liked, asked.scale)
    around = [*asked.prompt, *asked.locked]
    context = top_line(note for note in around if note.start_ticks < asked.region_start)
    later = [note for note in around if note.start_ticks >= asked.region_start]
    base = base_pitch(key.tonic, [*context[-32:], *later], (asked.low, asked.high))  # as the engine finds it
    window = Window(asked.region_start, asked.region_end, asked.meter, base)
    ranks = Quantiles(card.config.get("attributes", {})).ranks(liked, window)
    return tuple((name, round(min(max(rank, 0.0), 1.0), 3)) for name, rank in ranks.items())


def _seeded(way: Resembling, seed: int) -> Resembling:
    return replace(way, request=replace(way.request, seed=seed % MAX_SEED))


def _on_main_notes(plain: ComposeRequest, liked: Notes) -> Resembling | None:
    """Those on the bar line and in the middle of the bar stay, or only the former; between them it is written anew."""
    bar, origin = plain.meter.bar_ticks, plain.meter.ticks
    inner = bar // (2 if plain.meter.numerator % 2 == 0 else plain.meter.numerator)
    for unit in (inner, bar):
        found = _given(MAIN_NOTES, plain, [n for n in liked if (n.start_ticks - origin) % unit == 0])
        if found is not None and len(found.given) <= MOST_KEPT * len(liked):
            return found
    return None


def _from_opening(plain: ComposeRequest, liked: Notes) -> Resembling | None:
    """Its first half, and another way on."""
    until = _middle(plain)
    first = [note for note in liked if note.start_ticks < until]
    return _given(OPENING, plain, first) if len(first) < len(liked) else None


def _given(way: str, plain: ComposeRequest, kept: Sequence[Note]) -> Resembling | None:
    """Some of its notes stay, the others are written anew."""
    if not kept:
        return None
    given = tuple(replace(note, id=-1) for note in kept)
    rhythm = tuple(slot for slot in plain.rhythm if not any(n.overlaps(slot[0], sum(slot)) for n in given))
    locked = (*plain.locked, *given)
    return Resembling(way, replace(plain, locked=locked, rhythm=rhythm, must_start=frozenset()), given)


def _on_rhythm(
    plain: ComposeRequest, liked: Notes, wishes: tuple[tuple[str, float], ...]
) -> Resembling | None:
    """Other pitches at the same times."""
    end = plain.region_end
    slots = tuple((n.start_ticks, min(n.end_ticks, end) - n.start_ticks) for n in top_line(liked))
    return Resembling(RHYTHM, replace(plain, rhythm=slots, attributes=wishes)) if slots else None


def _middle(asked: ComposeRequest) -> int:
    """Where the first half of a region ends: on a bar line, where it has one inside."""
    start, end, bar, origin = asked.region_start, asked.region_end, asked.meter.bar_ticks, asked.meter.ticks
    middle = origin + round(((start + end) / 2 - origin) / bar) * bar
    return middle if start < middle < end else (start + end) // 2
