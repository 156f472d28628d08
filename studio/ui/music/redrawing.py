"""Redrawing: while a hand moves the mood or a line of the form, the standing ideas are asked for anew. GUI thread.

Invariant: one such question is under way at a time; while it is, only the newest wish waits, so that the answer follows
the hand as fast as the model can write. A moving hand redraws the idea that shows, a resting one all of them; an idea
keeps its seed.
"""

from PySide6.QtCore import QObject

from studio.ui.music.compose.ask_form import AskForm
from studio.ui.music.cowriter import CoWriter


class Redrawing(QObject):
    """Between the form and the co-writer."""

    def __init__(self, form: AskForm, cowriter: CoWriter) -> None:
        super().__init__(cowriter)
        self._cowriter = cowriter
        self._moved = self._wants_one = self._wants_all = False
        form.steered.connect(self.follow)
        form.let_go.connect(self.finish)
        cowriter.settled.connect(self._go_on)

    def follow(self) -> None:
        """The hand has moved on."""
        self._moved = self._wants_one = True
        self._go_on()

    def finish(self) -> None:
        """The hand rests: the ideas that do not show follow too."""
        if self._moved:
            self._moved, self._wants_all = False, True
            self._go_on()

    def _go_on(self) -> None:
        if self._cowriter.is_waiting:
            return
        if self._wants_all:
            self._wants_all = self._wants_one = False
            self._cowriter.redraw()
        elif self._wants_one:
            self._wants_one = False
            self._cowriter.redraw(only_this=True)
