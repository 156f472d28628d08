"""Comparing: a kept or earlier picture beside the live one on the canvas, with a line between them. GUI thread.

Invariant: looking changes nothing: the document stays, and there is no step to undo.
"""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from studio.core.messages import Failure, Quality, RenderRequest, Reply, ThumbnailReady, ThumbnailsRequest
from studio.core.project import PictureDocument
from studio.core.session import PICTURES
from studio.ui.commands import Command
from studio.ui.picture.canvas.compare import CompareOverlay
from studio.ui.picture.desk import Docks, PictureDesk, render_request

COMPARE = "compare"
A, B, BEFORE, HERE, OFF = "a", "b", "before", "here", ""
HOLD_KEY = Qt.Key.Key_Backslash
ENDS_HOLD = (QEvent.Type.MouseButtonPress, QEvent.Type.WindowDeactivate)


class Comparing(QObject):
    """`mode` is what the canvas is compared with: slot A or B, the picture before the last step (as it was when the
    comparison began), or the picture as it was here and now."""

    trouble = Signal(object)
    notice = Signal(str)

    def __init__(self, desk: PictureDesk) -> None:
        super().__init__(desk)
        self.mode = OFF
        self.overlay = CompareOverlay(desk.canvas)
        self._desk = desk
        self._last = BEFORE
        self._holding = False
        self._wish: RenderRequest | None = None
        self._serial = 0
        desk.canvas.add_overlay(self.overlay)
        desk.session.picture_changed.connect(self._show)

    # --- wishes -----------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """On with what was compared last, or off."""
        if self.mode != OFF:
            self.stop()
        else:
            self.start(self._last if self._slot(self._last) else BEFORE)

    def start(self, mode: str) -> None:
        """Compare with A, B, BEFORE or HERE; asked for once more, it ends."""
        if self.mode == mode:
            self.stop()
            return
        self.mode = self._last = mode
        document = self._slot(mode) or self._before() if mode != HERE else self._document
        self._ask(document or self._document)
        self._desk.canvas.setFocus()  # where [ and ] move the line

    def stop(self) -> None:
        """The live picture alone."""
        self.mode = OFF
        self._forget()

    def hold(self) -> None:
        """The other picture whole, until the key is let go, another is pressed, or the mouse."""
        if self._holding:
            return
        self._holding = True
        QApplication.instance().installEventFilter(self)
        self.overlay.whole = True
        before = self._before()
        if self.mode == OFF and before is not None:
            self._ask(before)
        self._desk.canvas.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Only while a key is held: where it ends."""
        kind = event.type()
        if kind in ENDS_HOLD or (isinstance(event, QKeyEvent) and _ends_hold(event)):
            self._let_go()
        return False

    def _let_go(self) -> None:
        self._holding = False
        QApplication.instance().removeEventFilter(self)
        self.overlay.show_whole(False)
        if self.mode == OFF:
            self._forget()

    # --- what is compared -------------------------------------------------------------------------------

    @property
    def _document(self) -> PictureDocument:
        return self._desk.session.picture

    def has_picture(self) -> bool:
        return self._desk.canvas.frame is not None

    def has_slot(self, mode: str) -> bool:
        """Whether there is a picture in that slot."""
        return self.has_picture() and self._slot(mode) is not None

    def _slot(self, mode: str) -> PictureDocument | None:
        """The document with what a slot keeps; None for an empty slot, and for what is no slot."""
        kept = {A: self._document.slot_a, B: self._document.slot_b}.get(mode)
        return replace(self._document, latent=kept, source=None) if kept is not None else None

    def _before(self) -> PictureDocument | None:
        """As it was before the last step that can be seen."""
        now = render_request(self._document, Quality.FINAL)
        befores = self._desk.session.picture_history.befores()
        return next(
            (one for one in befores if _can_be_seen(one) and render_request(one, Quality.FINAL) != now), None
        )

    def _show(self, document: PictureDocument) -> None:
        """What a slot keeps has changed, or how it is shown."""
        if self.mode in (A, B):
            kept = self._slot(self.mode)
            if kept is None:
                self.stop()
            else:
                self._ask(kept)

    def _ask(self, document: PictureDocument) -> None:
        """In a quiet moment: no drag waits for it."""
        wish = replace(render_request(document, Quality.FINAL), channel=COMPARE)
        if wish != self._wish:
            self._wish = wish
            self._serial = self._desk.controller.submit(ThumbnailsRequest(COMPARE, (wish,)))

    def _forget(self) -> None:
        self._wish, self._serial = None, 0
        self.overlay.show(None)

    def take_reply(self, reply: Reply) -> None:
        if isinstance(reply, ThumbnailReady) and reply.serial == self._serial and self._serial:
            self.overlay.show(reply.frame, self._label(), tr("Now"))
        elif isinstance(reply, Failure) and reply.channel == COMPARE:
            self.stop()
            self.trouble.emit(reply.error)

    def _label(self) -> str:
        return {A: "A", B: "B", HERE: tr("Then")}.get(self.mode, tr("Before"))

    # --- for the window ---------------------------------------------------------------------------------

    def docks(self) -> Docks:
        return ()

    def commands(self) -> tuple[Command, ...]:
        def command(mode: str, title: str, hint: str) -> Command:
            return Command(
                f"compare-{mode}", title, "View", lambda: self.start(mode), "", hint, "", PICTURES,
                lambda: self.has_slot(mode) if mode in (A, B) else self.has_picture(), lambda: self.mode == mode,
            )  # fmt: skip

        return (
            Command("compare", tr("Compare"), "View", self.toggle, "X",
                    tr("A line on the canvas, another picture at its left. Drag the line, or move it with [ and ]."),
                    "", PICTURES, self.has_picture, lambda: self.mode != OFF),
            command(A, tr("Compare with A"), tr("The picture kept as A beside the live one.")),
            command(B, tr("Compare with B"), tr("The picture kept as B beside the live one.")),
            command(BEFORE, tr("Compare with before"), tr("The picture before the last step beside the live one.")),
            command(HERE, tr("Compare from here on"), tr("The picture as it is now beside what becomes of it.")),
            Command("show-before", tr("Before, while held"), "View", self.hold, "\\",
                    tr("The picture compared with, or that before the last step, while the key is held."), "",
                    PICTURES, self.has_picture),
        )  # fmt: skip


def _can_be_seen(document: PictureDocument) -> bool:
    return bool(document.model_id) or document.source is not None


def _ends_hold(event: QKeyEvent) -> bool:
    if event.type() == QEvent.Type.KeyRelease:
        return event.key() == HOLD_KEY and not event.isAutoRepeat()
    return event.type() == QEvent.Type.KeyPress and event.key() != HOLD_KEY


def tr(text: str) -> str:
    return QCoreApplication.translate("Comparing", text)
