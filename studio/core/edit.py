"""Edits and their history: every change is a value that can be applied, reverted and merged.

Invariant: undoing everything and redoing it ends in the same state; a new edit forgets what was undone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

S = TypeVar("S")
DEFAULT_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class StateEdit(Generic[S]):
    """Replaces one immutable state by another. Edits of one `gesture` (a drag) merge; an empty one never does."""

    label: str
    before: S
    after: S
    put: Callable[[S], None]
    gesture: str = ""

    def apply(self) -> None:
        self.put(self.after)

    def revert(self) -> None:
        self.put(self.before)

    def absorb(self, newer: "StateEdit[S]") -> "StateEdit[S] | None":
        if not self.gesture or self.gesture != newer.gesture:
            return None
        return replace(self, label=newer.label, after=newer.after)


class History(Generic[S]):
    """Done and undone edits of one desk. GUI thread, or any single thread."""

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._limit = limit
        self._done: list[StateEdit[S]] = []
        self._undone: list[StateEdit[S]] = []
        self._sealed = True

    def do(self, edit: StateEdit[S]) -> bool:
        """Apply an edit and remember it, merged into the last one while their gesture goes on.

        An edit that changes nothing is no step. Returns whether there is a new step, or fewer to redo.
        """
        if edit.before == edit.after:
            return False
        edit.apply()
        had_undone = bool(self._undone)
        self._undone.clear()
        merged = self._done[-1].absorb(edit) if self._done and not self._sealed else None
        if merged is not None:
            self._done[-1] = merged
        else:
            self.end_gesture()
            self._done.append(edit)
            del self._done[: -self._limit]
        self._sealed = False
        return merged is None or had_undone

    def end_gesture(self) -> None:
        """The hand let go: the next edit is a step of its own. A gesture that changed nothing leaves no step."""
        self._sealed = True
        if self._done and self._done[-1].before == self._done[-1].after:
            self._done.pop()

    def undo(self) -> StateEdit[S] | None:
        """Take back the last step; returns it, or None when there is nothing left."""
        self.end_gesture()
        if not self._done:
            return None
        edit = self._done.pop()
        edit.revert()
        self._undone.append(edit)
        return edit

    def redo(self) -> StateEdit[S] | None:
        self.end_gesture()
        if not self._undone:
            return None
        edit = self._undone.pop()
        edit.apply()
        self._done.append(edit)
        return edit

    def jump(self, done: int) -> None:
        """Undo or redo until `done` steps are done, as one move: only the state at the end is put."""
        self.end_gesture()
        done = min(max(done, 0), len(self._done) + len(self._undone))
        last: Callable[[], None] | None = None
        while len(self._done) > done:
            self._undone.append(self._done.pop())
            last = self._undone[-1].revert
        while len(self._done) < done:
            self._done.append(self._undone.pop())
            last = self._done[-1].apply
        if last is not None:
            last()

    @property
    def undo_label(self) -> str:
        """What undo would take back; empty when nothing."""
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        return self._undone[-1].label if self._undone else ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The steps done so far, oldest first."""
        return tuple(edit.label for edit in self._done)

    @property
    def undone_labels(self) -> tuple[str, ...]:
        """The steps taken back, the next to redo first."""
        return tuple(edit.label for edit in reversed(self._undone))

    def befores(self) -> Iterator[S]:
        """The states before each step that is done, the newest first."""
        return (edit.before for edit in reversed(self._done))

    def clear(self) -> None:
        self._done.clear()
        self._undone.clear()
        self._sealed = True
