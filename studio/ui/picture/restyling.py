"""Restyling: joins the style panel to the session, and brings in style pictures. GUI thread."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QFileDialog

from studio.core.messages import Failure, Reply, StyleVectorReady, StyleVectorRequest
from studio.core.picture import Picture
from studio.core.project import PictureDocument
from studio.core.restyle import StyleMix, StylePart
from studio.core.session import PICTURES
from studio.core.style_mask import style_mask
from studio.engines.picture.style_library import StyleLibrary
from studio.files.picture_file import open_mask, open_picture
from studio.ui.background import Background
from studio.ui.commands import Command
from studio.ui.picture.desk import PictureDesk
from studio.ui.picture.style.style_panel import StylePanel


class Restyling(QObject):
    """The style mix is part of the picture document: every change of it is undoable and shows at once."""

    trouble = Signal(object)
    notice = Signal(str)

    def __init__(self, desk: PictureDesk, background: Background) -> None:
        super().__init__(desk)
        self.panel = StylePanel()
        self._desk = desk
        self._background = background
        self._waiting: set[int] = set()
        self.keep_as_layer: Callable[[], None] = lambda: None
        self.panel.mix_changed.connect(self._take_mix)
        self.panel.released.connect(desk.let_go)
        self.panel.restyle_requested.connect(self.keep_result)
        self.panel.style_file_requested.connect(self._choose_style)
        self.panel.mask_file_requested.connect(self._choose_mask)
        self.panel.mask_selection_requested.connect(self.mask_from_selection)
        desk.session.picture_changed.connect(self._show)

    def load_library(self, path: Path) -> None:
        """Read the paintings' styles in the background and show them."""
        self._background.run(lambda: StyleLibrary.read(path), self.panel.show_library, self.trouble.emit)

    def add(self, style_id: str) -> None:
        """Add a painting of the library to the mix, as the panel's button does."""
        self.panel.add_style(StylePart(style_id))

    def keep_result(self) -> None:
        """The picture as it is on the canvas becomes the opened picture, ready for another style; where there are
        layers, the restyled one becomes a layer above."""
        if self._desk.session.picture.layers:
            self.keep_as_layer()
            return
        frame = self._desk.last_frame
        if frame is None:
            return
        name = self.tr("Restyled picture")
        self._background.run(lambda: Picture(frame.pixels, name), self._show_result, self.trouble.emit)

    def _show_result(self, picture: Picture) -> None:
        document = self._desk.session.picture
        plain = replace(document.restyle, parts=(), offsets=StyleMix().offsets, mask=None)
        self._desk.session.change_picture(
            replace(document, source=picture, restyle=plain), self.tr("Keep the result as picture")
        )

    def take_reply(self, reply: Reply) -> None:
        """The style of a picture that the person brought. The window tells why there is none."""
        if isinstance(reply, StyleVectorReady) and reply.serial in self._waiting:
            self._waiting.remove(reply.serial)
            self.panel.add_style(StylePart(reply.request.picture.name, 1.0, reply.vector))
        elif isinstance(reply, Failure):
            self._waiting.discard(reply.serial)

    def _take_mix(self, mix: StyleMix) -> None:
        session = self._desk.session
        what = _what_moved(session.picture.restyle, mix)
        gesture = self._desk.gesture(what) if what else ""
        session.set_restyle(mix, self.tr("Change the style"), gesture)

    def mask_from_selection(self) -> None:
        """The styles work only where the picture is selected."""
        frame = self._desk.last_frame
        width, height = (frame.width, frame.height) if frame is not None else (1, 1)
        mask = style_mask(self._desk.session.picture, width, height)
        if mask is not None:
            self.panel.set_mask(mask)
        elif self.has_selection:
            self.notice.emit(self.tr("Nothing of the live picture is selected."))

    @property
    def has_selection(self) -> bool:
        return self._desk.session.picture.selection is not None

    def _show(self, document: PictureDocument) -> None:
        self.panel.show_desk(document.selection is not None, bool(document.layers))
        if document.restyle != self.panel.mix:
            self.panel.show_mix(document.restyle)

    def _choose_style(self) -> None:
        path = self._chosen(self.tr("Use a picture as style"))
        if path:
            self._background.run(lambda: open_picture(Path(path)), self._ask_style, self.trouble.emit)

    def _choose_mask(self) -> None:
        path = self._chosen(self.tr("Use a picture as mask"))
        if path:
            self._background.run(lambda: open_mask(Path(path)), self.panel.set_mask, self.trouble.emit)

    def _chosen(self, title: str) -> str:
        kinds = self.tr("Pictures (*.png *.jpg *.jpeg *.webp *.tif)")
        path, _ = QFileDialog.getOpenFileName(self.panel, title, "", kinds)
        return path

    def _ask_style(self, picture: Picture) -> None:
        self._waiting.add(self._desk.controller.submit(StyleVectorRequest(picture)))


def _what_moved(before: StyleMix, after: StyleMix) -> str:
    """Which slider the hand is on: numbers that change merge into one step, everything else is a step of its own."""
    if [part.style_id for part in before.parts] != [part.style_id for part in after.parts]:
        return ""
    if (before.keep_colour, before.size, before.mask) != (after.keep_colour, after.size, after.mask):
        return ""
    return "restyle"


def restyle_commands(restyling: Restyling) -> tuple[Command, ...]:
    return (
        Command(
            "style-selection", tr("Style only the selection"), "Select", restyling.mask_from_selection, "",
            tr("The styles work only inside the selection: it becomes their mask."), "", PICTURES,
            lambda: restyling.has_selection,
        ),
    )  # fmt: skip


def tr(text: str) -> str:
    return QCoreApplication.translate("Restyling", text)
