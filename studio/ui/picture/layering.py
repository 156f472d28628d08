"""Layering: joins the panel of layers to the session; makes layers of files, of the clipboard and of the live picture.

GUI thread; files are read, and pictures made, elsewhere.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QDockWidget, QFileDialog, QMenu, QWidget

from studio.core import stack
from studio.core.layers import Layer
from studio.core.messages import Failure, FrameReady, Quality, Reply
from studio.core.painting import laid_out
from studio.core.picture import Frame, Picture
from studio.core.project import PictureDocument
from studio.core.restyle import StyleMix
from studio.engines.picture.cutout import Rgba, picture_layer
from studio.files.picture_file import open_rgba
from studio.inference.handlers import live_part
from studio.ui.background import Background
from studio.ui.commands import Command
from studio.ui.picture.desk import Docks, PictureDesk, render_request
from studio.ui.picture.layer_commands import layer_commands
from studio.ui.picture.layer_hand import LayerHand, tr
from studio.ui.picture.layer_pictures import LayerPictures
from studio.ui.picture.layers.layers_panel import LayersPanel

KEPT = "layer-keep"
FILTER = "Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif)"


class Layering(LayerHand):
    """Owns the panel; what a hand does with the layer that it holds stands in LayerHand."""

    def __init__(self, desk: PictureDesk, background: Background, window: QWidget) -> None:
        super().__init__(desk, background)
        self.panel = LayersPanel()
        self.folder = ""
        self._window = window
        self._waiting: dict[int, tuple[PictureDocument, bool]] = {}
        self._pictures = LayerPictures(desk.controller, background, self)
        self._connect()

    # --- new layers -------------------------------------------------------------------------------------

    def new_paint(self) -> None:
        """An empty layer to paint on."""
        self._add(Layer(0, tr("Paint"), "paint"), tr("New paint layer"))

    def choose_files(self) -> None:
        files, _ = QFileDialog.getOpenFileNames(
            self._window, tr("Pictures as layers"), self.folder, tr(FILTER)
        )
        self.import_files(files)

    def import_files(self, files: list[str]) -> None:
        """Each picture becomes a layer of its own; what is clear in it stays clear."""
        for file in files:
            self.folder = str(Path(file).parent)
            self._import(lambda path=Path(file): open_rgba(path), Path(file).stem)  # type: ignore[misc]

    def paste(self) -> bool:
        """The picture on the clipboard as a layer; whether there was one."""
        image = QGuiApplication.clipboard().image()
        if not image.isNull():
            self._import(lambda: _rgba(image), tr("Pasted"))
        return not image.isNull()

    def keep(self) -> None:
        """The live picture, as it is now, becomes a layer just below, so that one sees where the sliders go on."""
        self._ask_live(False)

    def keep_restyled(self) -> None:
        """The live picture, as the styles made it, becomes a layer just above; the styles are at rest again."""
        self._ask_live(True)

    def _ask_live(self, restyled: bool) -> None:
        live = live_part(render_request(self._document, Quality.FINAL))
        if live.source is not None or live.model_id:
            serial = self._desk.controller.submit(replace(live, channel=KEPT))
            self._waiting[serial] = self._document, restyled

    # --- the room ---------------------------------------------------------------------------------------

    def docks(self) -> Docks:
        self.panel.setProperty("tab", "dock-styles")
        return (("dock-layers", tr("Layers"), self.panel, Qt.DockWidgetArea.LeftDockWidgetArea),)

    def commands(self) -> tuple[Command, ...]:
        return layer_commands(self)

    def take_reply(self, reply: Reply) -> None:
        self._pictures.take_reply(reply)
        if isinstance(reply, FrameReady) and reply.serial in self._waiting:
            (document, restyled), frame = self._waiting.pop(reply.serial), reply.frame
            name = tr("Restyled") if restyled else kept_name(document)
            take = self._take_restyled if restyled else self._take_kept
            self._background.run(
                lambda: Picture(frame.pixels, name),
                lambda picture: take(document, picture, frame),
                self.trouble.emit,
            )
        elif isinstance(reply, Failure) and self._waiting.pop(reply.serial, None) is not None:
            self.trouble.emit(reply.error)

    def menu(self) -> QMenu:
        """What can be done with the layer in hand; it deletes itself once closed."""
        menu = QMenu(self.panel)
        menu.setObjectName("layer-menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for command in self.commands():
            action = menu.addAction(command.title)
            action.setShortcut(command.shortcut)
            action.setEnabled(command.enabled_when())
            action.triggered.connect(lambda _on=False, run=command.run: run())
        return menu

    def reveal(self) -> None:
        """Bring the panel to the front."""
        dock = self.panel.parent()
        if isinstance(dock, QDockWidget):
            dock.show()
            dock.raise_()

    def _connect(self) -> None:
        panel, rows = self.panel, self.panel.list
        self._desk.session.picture_changed.connect(self._show)
        self._pictures.arrived.connect(panel.show_pictures)
        panel.appeared.connect(self.refresh)
        panel.opacity_moved.connect(self.set_opacity)
        panel.released.connect(self._desk.let_go)
        panel.mode_chosen.connect(self.set_mode)
        panel.asked.connect(self._act)
        rows.chosen.connect(self.choose)
        rows.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        rows.customContextMenuRequested.connect(lambda spot: self.menu().popup(rows.mapToGlobal(spot)))
        rows.eye_toggled.connect(self.toggle_eye)
        rows.lock_toggled.connect(self.toggle_lock)
        rows.layers.renamed.connect(self.rename)
        rows.layers.dropped.connect(self.move_to)
        rows.layers.files_dropped.connect(self.import_files)
        self._show(self._document)

    def _act(self, command: str) -> None:
        acts: dict[str, Callable[[], object]] = {
            "new-paint-layer": self.new_paint,
            "import-layer": self.choose_files,
            "keep-as-layer": self.keep,
            "duplicate-layer": self.duplicate,
            "merge-down": self.merge_down,
            "layer-region": self.region_from_selection,
            "remove-layer": self.remove,
        }
        acts[command]()

    def _add(self, layer: Layer, label: str) -> None:
        after, layer_id = stack.added(self._laid_out(), layer, self.current_id)
        self._put(after, label, layer_id)

    def _import(self, read: Callable[[], Rgba], name: str) -> None:
        board = self._laid_out().artboard
        assert board is not None

        def layer() -> Layer:
            rgba = read()
            return picture_layer(rgba, name, stack.fitting(board, rgba.shape[1], rgba.shape[0]))

        self._background.run(
            layer, lambda made: self._add(made, tr("Add {}").format(name)), self.trouble.emit
        )

    def _take_kept(self, document: PictureDocument, picture: Picture, frame: Frame) -> None:
        settled = replace(document, latent=self._desk.settled(document.latent))
        now = self._document
        if not now.layers:
            now = laid_out(now, frame.width, frame.height, tr("Picture"))
        live = stack.live_layer(now.layers)
        layer = stack.kept(picture, picture.name, live.place if live else None, settled)
        after, _ = stack.added(now, layer, live.id if live else None)
        if live is not None:
            after = stack.moved(after, live.id, stack.index_of(after, live.id) + 1)
        self._put(after, tr("Keep {} as a layer").format(picture.name))
        self.notice.emit(tr("{} lies below the live picture now.").format(picture.name))

    def _take_restyled(self, document: PictureDocument, picture: Picture, _frame: Frame) -> None:
        now = self._document
        live = stack.live_layer(now.layers)
        place = live.place if live else None
        after, layer_id = stack.added(
            now, Layer(0, picture.name, "picture", place, picture=picture), live.id if live else None
        )
        idle = replace(now.restyle, parts=(), offsets=StyleMix().offsets, mask=None)
        self._put(replace(after, restyle=idle), tr("Keep the result as a layer"), layer_id)

    def refresh(self) -> None:
        self._show(self._document)

    def _show(self, document: PictureDocument) -> None:
        """Nothing while the panel is out of view: it asks again when it comes."""
        if not self.panel.is_seen:
            return
        rows = self._rows()
        current = self.current_id if document.layers else rows[-1].id
        self.panel.show_stack(rows, current, is_alone=not document.layers)
        layer = stack.find(rows, current)
        self.panel.show_possible(self._possible(layer))
        live = live_part(render_request(document, Quality.FINAL))
        self._pictures.show(document, live)

    def _possible(self, layer: Layer | None) -> dict[str, bool]:
        """Which buttons have something to do."""
        is_free = layer is not None and layer.kind != "live"
        has_region = layer is not None and layer.region is not None
        return {
            "duplicate-layer": is_free,
            "remove-layer": is_free,
            "merge-down": is_free and self._document.layers[0] is not layer,
            "layer-region": self.has_selection or has_region,
        }


def kept_name(document: PictureDocument) -> str:
    """What a kept picture is called: after its file or its seed."""
    if document.source is not None:
        return Path(document.source.name).stem or tr("Picture")
    return tr("Seed {}").format(document.latent.seed)


def _rgba(image: QImage) -> Rgba:
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : plain.width() * 4].reshape(plain.height(), plain.width(), 4).copy()
