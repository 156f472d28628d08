"""Blending: joins the blend pad to the session. GUI thread.

A place of the cursor and the picture that it means are one change of the document, so that undo takes back both.
"""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QDockWidget

from studio.core import blending
from studio.core.blending import Place
from studio.core.messages import Reply
from studio.core.project import BlendPad, PictureDocument
from studio.core.session import PICTURES
from studio.ui.commands import Command
from studio.ui.picture.desk import Docks, PictureDesk
from studio.ui.picture.thumbnails import Thumbnails

CHANNEL, SIDE_PX = "blend-pad", 64


class Blending(QObject):
    """Owns nothing but the small pictures of the pad: the panel is the desk's, the state the document's."""

    notice = Signal(str)

    def __init__(self, desk: PictureDesk) -> None:
        super().__init__(desk)
        self.panel = desk.blend_panel.pad_panel
        self._desk = desk
        self._session = desk.session
        self._thumbnails = Thumbnails(desk.controller, CHANNEL, SIDE_PX, self)
        self._thumbnails.arrived.connect(self._show_frames)
        self._drag: tuple[str, bool, tuple[float, ...]] = ("", True, ())
        self._shown: PictureDocument | None = None
        self._connect()

    def _connect(self) -> None:
        panel = self.panel
        panel.add_requested.connect(self.add)
        panel.dropped.connect(self.lay_recent)
        self._desk.history_strip.keep_requested.connect(self.lay)
        panel.cursor_moved.connect(self.move_cursor)
        panel.point_moved.connect(self.move_point)
        panel.visit_requested.connect(self.visit)
        panel.remove_requested.connect(self.remove)
        panel.weight_moved.connect(self.set_weight)
        panel.by_distance_requested.connect(self.use_distance)
        panel.clear_requested.connect(self.clear)
        panel.released.connect(self._desk.let_go)
        self._session.picture_changed.connect(self._show)
        self._desk.rested.connect(self._show_again)

    # --- wishes -----------------------------------------------------------------------------------------

    def add(self, place: Place | None = None) -> None:
        """Lay the picture on the canvas on the pad."""
        self.lay(self._session.picture, place)

    def lay(self, kept: PictureDocument, place: Place | None = None) -> None:
        """Lay the picture of a document on the pad and go there; one that lies there already is only chosen."""
        document = self._session.picture
        if not kept.model_id or kept.model_id != document.model_id:
            self.notice.emit(self.tr("Only pictures of the model in use mix on the pad."))
            return
        latent = self._desk.settled(kept.latent)
        lying = [point.latent for point in document.pad.points]
        known = next((one for one in (latent, kept.latent) if one in lying), None)
        if known is not None:
            self.notice.emit(self.tr("This picture lies on the pad already."))
            self.panel.pad.select(lying.index(known))
            return
        there = replace(document, latent=kept.latent, source=kept.source)
        self._change(blending.with_point(there, latent, place), self.tr("Add to the blend pad"))
        self.panel.pad.select(len(lying))

    def lay_recent(self, row: int, x: float, y: float) -> None:
        """Lay a picture of the history strip at a place."""
        recent = self._desk.history_strip.documents()
        if 0 <= row < len(recent):
            self.lay(recent[row], (x, y))

    def move_cursor(self, x: float, y: float) -> None:
        """Mix the pictures as they are near to a place."""
        after = blending.with_cursor(self._session.picture, x, y)
        self._change(after, self.tr("Blend on the pad"), "pad-cursor")

    def move_point(self, index: int, x: float, y: float) -> None:
        """Lay a picture elsewhere; the canvas follows where it shows the mix."""
        document = self._session.picture
        _, follow, _ = self._begun(f"pad-point-{index}")
        after = blending.with_point_moved(document, index, (x, y), follow)
        self._change(after, self.tr("Move a picture on the pad"), f"pad-point-{index}")

    def set_weight(self, index: int, share: float) -> None:
        """Give one picture an exact share from 0 to 1."""
        _, _, before = self._begun(f"pad-weight-{index}")
        after = blending.with_weight(self._session.picture, index, share, before)
        self._change(after, self.tr("Set an exact weight"), f"pad-weight-{index}")

    def visit(self, index: int) -> None:
        """Go to a picture on the pad."""
        after = blending.at_point(self._session.picture, index)
        self._change(after, self.tr("Go to a picture on the pad"))

    def remove(self, index: int) -> None:
        """Take a picture off the pad."""
        document = self._session.picture
        if 0 <= index < len(document.pad.points):
            after = blending.without_point(document, index, self._is_shown(document))
            self._change(after, self.tr("Take a picture off the pad"))

    def use_distance(self) -> None:
        """Let the distance decide again."""
        self._change(blending.by_distance(self._session.picture), self.tr("Weights by distance"))

    def clear(self) -> None:
        """Take all pictures off the pad; the one on the canvas stays."""
        self._change(replace(self._session.picture, pad=BlendPad()), self.tr("Clear the pad"))

    def focus_pad(self) -> None:
        """Bring the pad to the front, under the keyboard."""
        dock = self._desk.blend_panel.parentWidget()
        if isinstance(dock, QDockWidget):
            dock.show()
            dock.raise_()
        self.panel.pad.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- the room ---------------------------------------------------------------------------------------

    def docks(self) -> Docks:
        return ()

    def commands(self) -> tuple[Command, ...]:
        def has_model() -> bool:
            return bool(self._session.picture.model_id)

        def has_points() -> bool:
            return bool(self._session.picture.pad.points)

        return (
            Command("add-to-pad", tr("Add to the blend pad"), "Picture", self.add, "Ctrl+3",
                    tr("Lay the picture on the canvas on the blend pad."), "", PICTURES, has_model),
            Command("focus-pad", tr("Blend on the pad"), "Picture", self.focus_pad, "Alt+3",
                    tr("Arrows move the cursor, numbers choose a picture."), "", PICTURES, has_points),
            Command("pad-by-distance", tr("Pad: weights by distance"), "Picture", self.use_distance, "", "", "",
                    PICTURES, lambda: blending.is_exact(self._session.picture.pad)),
            Command("clear-pad", tr("Clear the blend pad"), "Picture", self.clear, "", "", "", PICTURES, has_points),
        )  # fmt: skip

    def take_reply(self, reply: Reply) -> None:
        self._thumbnails.take_reply(reply)

    # --- showing ----------------------------------------------------------------------------------------

    def _begun(self, what: str) -> tuple[str, bool, tuple[float, ...]]:
        """(gesture, whether the canvas follows, shares) as they were when this drag began."""
        gesture = self._desk.gesture(what)
        if self._drag[0] != gesture:
            document = self._session.picture
            self._drag = (gesture, self._is_shown(document), blending.shares(document.pad))
        return self._drag

    def _change(self, after: PictureDocument, label: str, what: str = "") -> None:
        self._session.change_picture(after, label, self._desk.gesture(what) if what else "")

    def _is_shown(self, document: PictureDocument) -> bool:
        return blending.shows_pad(document, self._desk.settled(document.latent))

    def _show(self, document: PictureDocument) -> None:
        before, self._shown = self._shown, document
        if before is not None and (before.pad, before.latent, before.source, before.model_id) == (
            document.pad, document.latent, document.source, document.model_id,
        ):  # fmt: skip
            return
        self.panel.show_pad(document.pad, self._is_shown(document))
        if before is None or before.pad.points != document.pad.points:
            self._thumbnails.want(document.model_id, (point.latent for point in document.pad.points))
            self._show_frames()

    def _show_again(self) -> None:
        """At rest it is known which kept picture the canvas shows."""
        document = self._session.picture
        self.panel.show_pad(document.pad, self._is_shown(document))

    def _show_frames(self) -> None:
        points = self._session.picture.pad.points
        self.panel.show_frames(tuple(self._thumbnails.frame(point.latent) for point in points))


def tr(text: str) -> str:
    return QCoreApplication.translate("Blending", text)
