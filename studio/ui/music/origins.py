"""Origins: says where a melody has been before, of what a person marks and of what a model suggests. GUI thread.

The index of tunes is read, and searched, in the background; without one nothing is said.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from studio.core.errors import StudioError
from studio.core.originality import Originality, judge
from studio.core.score import Note
from studio.files.tune_index_file import bundled_tune_index
from studio.ui.background import Background

CONTEXT_NOTES = 8  # heard before a suggestion: a quotation may begin there


class Origins(QObject):
    """`notice(words)` answers a person's question; `told(words)` speaks of the newest suggestion."""

    notice = Signal(str)
    trouble = Signal(object)
    told = Signal(str)

    def __init__(self, background: Background) -> None:
        super().__init__(background)
        self._background = background
        self._newest: tuple[Note, ...] = ()

    def ask(self, notes: Sequence[Note]) -> None:
        """Answer by `notice`."""
        if notes:
            self._judge(tuple(notes), lambda found: self.notice.emit(found.sentence), self.trouble.emit)
        else:
            self.notice.emit(self.tr("There are no notes to judge."))

    def tell(self, own: Sequence[Note], suggested: Sequence[Note]) -> None:
        """Answer by `told`, once that it is looked for and once with what was found, unless another suggestion has come
        meanwhile. own: the track's notes, by their starts."""
        start = min((note.start_ticks for note in suggested), default=0)
        at = bisect_left(own, start, key=lambda note: note.start_ticks)
        notes = (*own[max(0, at - CONTEXT_NOTES) : at], *suggested)
        if suggested and notes != self._newest:
            self._newest = notes
            self.told.emit(self.tr("Looking where it has been before …"))
            self._judge(notes, lambda found: self._tell(notes, found), lambda error: None)

    def hush(self) -> None:
        """What is suggested now is no single melody: nothing is said of it."""
        self._newest = ()
        self.told.emit("")

    def _tell(self, notes: tuple[Note, ...], found: Originality) -> None:
        if notes == self._newest:
            self.told.emit(found.sentence)

    def _judge(
        self,
        notes: tuple[Note, ...],
        done: Callable[[Originality], None],
        failed: Callable[[StudioError], None],
    ) -> None:
        self._background.run(lambda: judge(notes, *bundled_tune_index()), done, failed)
