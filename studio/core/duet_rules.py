"""DuetRules: how a duet goes, and the values that it asks for and tells. Frozen.

All times are those of core.duet_time: ticks that never go back.
"""

from dataclasses import dataclass, replace
from enum import Enum

from studio.core.duet_time import DuetTime
from studio.core.music_messages import Notes
from studio.core.score import Note

PAUSES = {"1 beat": (1, False), "2 beats": (2, False), "1 bar": (1, True), "2 bars": (2, True)}
LONGEST_BARS = 8


class State(Enum):
    """Where a duet is. ANSWERING: the model was asked; SHOWN: its answer stands before its start."""

    RESTING = "resting"
    LISTENING = "listening"
    ANSWERING = "answering"
    SHOWN = "shown"
    SOUNDING = "sounding"


@dataclass(frozen=True, slots=True)
class DuetRules:
    """When the model answers and for how long.

    bars: trading, so many bars each; 0: it answers after a pause, one of PAUSES, from the next bar (on_bar) or beat on.
    answer_bars: 0 is as long as the call. keeps_going: turn after turn, else one. cuts: a key ends an answer at once.
    one_track: call and answer share a track, so that they may never overlap: there a key always does."""

    bars: int = 2
    pause: str = "1 bar"
    on_bar: bool = True
    answer_bars: int = 0
    model_begins: bool = False
    keeps_going: bool = True
    cuts: bool = False
    one_track: bool = False

    def pause_ticks(self, time: DuetTime, ticks: int) -> int:
        """The silence after which the model takes its turn."""
        count, in_bars = PAUSES[self.pause]
        return time.bars_after(ticks, count) - ticks if in_bars else count * time.beat_ticks(ticks)


@dataclass(frozen=True, slots=True)
class Ask:
    """A wish: notes for [start, end). call: what was played; before: the dialogue until then. It takes the place of
    any wish before it."""

    number: int
    start: int
    end: int
    call: Notes
    before: Notes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model plays in [start, end); probabilities: one for each note."""

    start: int
    end: int
    notes: Notes
    probabilities: tuple[float, ...] = ()

    def moved(self, by: int) -> "Answer":
        """The same some ticks later."""
        notes = tuple(replace(note, start_ticks=note.start_ticks + by) for note in self.notes)
        return replace(self, start=self.start + by, end=self.end + by, notes=notes)

    def until(self, ticks: int) -> "Answer":
        """As much of it as sounds before."""
        kept = [(n, p) for n, p in zip(self.notes, self.probabilities, strict=True) if n.start_ticks < ticks]
        notes = tuple(
            replace(note, duration_ticks=min(note.end_ticks, ticks) - note.start_ticks) for note, _ in kept
        )
        return Answer(self.start, min(self.end, max(ticks, self.start)), notes, tuple(p for _, p in kept))


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The question, or the answer that was shown, counts no more. handed: it was about to sound and must not."""

    handed: bool = False


@dataclass(frozen=True, slots=True)
class Played:
    """A note of the person's is complete."""

    note: Note
    turn: int


@dataclass(frozen=True, slots=True)
class Begun:
    """An answer begins to sound: it belongs to the score from now on."""

    answer: Answer
    turn: int


@dataclass(frozen=True, slots=True)
class Cut:
    """An answer that had begun ends early: this much of it sounded."""

    answer: Answer
    turn: int


@dataclass(frozen=True, slots=True)
class Done:
    """The one turn that was wanted is over."""


Event = Ask | Withdrawn | Played | Begun | Cut | Done
