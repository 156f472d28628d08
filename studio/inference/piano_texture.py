"""A piano texture under a melody, by a model of many voices: how it is asked, and which of its answers are offered.

Alone such a model hardly plays under a melody that it did not write: so it is shown two bars of broken chords under the
same melody first, leans to the chords, and draws eight answers, of which those are kept that leave fewest strong beats
silent and rub least. Under 30 lead sheets, on strong beats, 14% of the notes of the best two were dissonant with the
melody, as of the figures (the figures over the printed chords: 18%), and 40% of those beats were silent. Torch-free.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from studio.core.accompaniment import BROKEN, accompany
from studio.core.card import Card
from studio.core.chords import Chord, in_line
from studio.core.messages import Candidate, ComposeRequest
from studio.core.pulses import pulses_between
from studio.core.score import MeterChange, Note
from studio.inference.accompanying import CHORDS_HAND, PIANO, AccompanimentIdea, Accompanying, Hand

TEXTURE_FAMILY = "music.polyphony_lstm"
TEXTURE = "texture"
LOWEST, LEAST_ROOM = 33, 48  # A1; how high it may go at the least, however low the melody goes
DRAWN, LEAD_BARS, LEANING = 8, 2, 0.3
ROUGHEST = 1.0  # such as half the strong beats silent, and a quarter of the notes there dissonant
RUBS = frozenset((1, 2, 6, 10, 11))  # intervals, in semitones within the octave


@dataclass(frozen=True, slots=True)
class PianoTexture:
    """What is asked, in a time of its own: the region begins `LEAD_BARS` bars after tick 0; moved: by how much."""

    plan: Accompanying
    request: ComposeRequest
    moved: int
    chords: tuple[Chord, ...]

    @classmethod
    def of(cls, plan: Accompanying, card: Card, chords: Sequence[Chord]) -> PianoTexture:
        start, end = plan.region
        meter = plan.score.meter_at(start)
        lead = LEAD_BARS * meter.bar_ticks
        moved = lead - start
        inside = [note for note in plan.melody if start <= note.start_ticks < end]
        made = accompany(plan.score, chords, inside, plan.region, BROKEN)
        prompt = [note for note in (*inside, *made.bass, *made.chords) if note.start_ticks < start + lead]
        request = ComposeRequest(
            card.id,
            tuple(_moved(prompt, -start)),
            lead,
            end + moved,
            tuple(_moved(inside, moved)),
            candidates=DRAWN,
            seed=plan.settings.seed,
            styles=_style(card, meter),
            meter=replace(meter, ticks=0),
            low=LOWEST,
            high=max(LEAST_ROOM, min((note.pitch for note in inside), default=128) - 1),
            chords=in_line(
                replace(c, start_ticks=c.start_ticks + moved) for c in chords if c.start_ticks >= start
            ),
            guidance=LEANING,
        )
        return cls(plan, request, moved, tuple(chords))

    def ideas(self, found: Sequence[Candidate], count: int) -> tuple[AccompanimentIdea, ...]:
        """The `count` best answers, best first, as far as any are good enough."""
        rated = sorted((self._roughness(answer), number) for number, answer in enumerate(found))
        good = [found[number] for roughness, number in rated if roughness < ROUGHEST]
        return tuple(self._idea(answer) for answer in good[:count])

    def _idea(self, answer: Candidate) -> AccompanimentIdea:
        notes = tuple(_moved(answer.notes, -self.moved))
        hand = Hand(CHORDS_HAND, PIANO, notes, answer.probabilities)
        return AccompanimentIdea(TEXTURE, (hand,), answer.seed, self.plan.found_in(self.chords))

    def _roughness(self, answer: Candidate) -> float:
        """The share of strong beats that are silent, and twice the share of notes there that rub with the melody."""
        score, region = self.plan.score, self.plan.region
        notes = list(_moved(answer.notes, -self.moved))
        beats = [pulse.start for pulse in pulses_between(score, *region) if pulse.strong]
        sounding = [[n.pitch for n in notes if n.overlaps(at, at + 1)] for at in beats]
        melody = [[n.pitch for n in self.plan.melody if n.overlaps(at, at + 1)] for at in beats]
        rubs = [
            (top - low) % 12 in RUBS
            for tops, lows in zip(melody, sounding, strict=True)
            for top in tops
            for low in lows
        ]
        return sum(not lows for lows in sounding) / max(1, len(beats)) + 2 * sum(rubs) / max(1, len(rubs))


def _moved(notes: Iterable[Note], by: int) -> Iterable[Note]:
    return (replace(note, start_ticks=note.start_ticks + by) for note in notes)


def _style(card: Card, meter: MeterChange) -> tuple[tuple[str, float], ...]:
    """The manner that suits a metre, as far as the model knows it."""
    name = "waltz" if (meter.numerator, meter.denominator) == (3, 4) else "nocturne"
    return ((name, 1.0),) if name in card.styles else ()
