"""Four phrases at the corners of a square, and the mixtures between them. Pure values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.core.music_messages import Notes, PhraseFrame
from studio.core.score import Note

CORNERS = ("A", "B", "C", "D")  # upper left, upper right, lower left, lower right


@dataclass(frozen=True, slots=True)
class PhraseSlot:
    """A phrase in a corner: its notes from tick 0 on, and its latent, in the frame that belongs to it."""

    notes: Notes
    latent: tuple[float, ...]
    frame: PhraseFrame


@dataclass(frozen=True, slots=True)
class PhrasePad:
    """The corners that are taken, and where the hand is: x to the right, y downwards, 0 to 1."""

    slots: tuple[PhraseSlot | None, ...] = (None,) * len(CORNERS)
    x: float = 0.0
    y: float = 0.0

    def with_slot(self, corner: int, slot: PhraseSlot | None) -> PhrasePad:
        return replace(self, slots=(*self.slots[:corner], slot, *self.slots[corner + 1 :]))

    def moved(self, x: float, y: float) -> PhrasePad:
        return replace(self, x=min(max(x, 0.0), 1.0), y=min(max(y, 0.0), 1.0))

    @property
    def weights(self) -> tuple[float, ...]:
        """How much of each corner is heard: by nearness, shared among the corners that are taken; they sum to 1, or are
        all 0 where none is."""
        x, y = self.x, self.y
        near = ((1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y)
        own = [n if slot else 0.0 for n, slot in zip(near, self.slots, strict=True)]
        if sum(own) == 0:  # exactly on an empty corner: the others share evenly
            own = [1.0 if slot else 0.0 for slot in self.slots]
        total = sum(own)
        return tuple(weight / total for weight in own) if total else (0.0,) * len(CORNERS)

    @property
    def mixture(self) -> tuple[float, ...]:
        """The latent under the hand; empty where no corner is taken."""
        parts = [(w, slot.latent) for w, slot in zip(self.weights, self.slots, strict=True) if slot and w]
        return tuple(sum(w * z for w, z in zip((w for w, _ in parts), numbers, strict=True))
                     for numbers in zip(*(latent for _, latent in parts), strict=True))  # fmt: skip

    @property
    def nearest(self) -> PhraseSlot | None:
        """The phrase that is heard most."""
        taken = [(w, slot) for w, slot in zip(self.weights, self.slots, strict=True) if slot]
        return max(taken, key=lambda pair: pair[0])[1] if taken else None


def at_start(notes: Notes, start_ticks: int) -> Notes:
    """Notes moved so that `start_ticks` becomes 0; what began before is cut there."""
    moved: list[Note] = []
    for note in notes:
        start = max(0, note.start_ticks - start_ticks)
        end = note.end_ticks - start_ticks
        if end > start:
            moved.append(replace(note, start_ticks=start, duration_ticks=end - start, id=-1))
    return tuple(moved)
