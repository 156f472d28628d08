"""PictureFiles: open, export, copy and paste pictures. GUI thread; all reading and writing happens elsewhere."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from studio import __version__
from studio.core.errors import StudioError
from studio.core.messages import Quality, RenderRequest
from studio.core.picture import Picture
from studio.core.project import PictureDocument
from studio.core.recipe import Recipe
from studio.core.restyle import StyleMix
from studio.core.retouch import FACTORS, Retouch
from studio.files.picture_export import Provenance
from studio.files.picture_state import PictureState, open_any_picture, read_state
from studio.inference.export_jobs import ExportPictureJob, picture_recipe
from studio.ui.background import Background
from studio.ui.common.frame_image import frame_image
from studio.ui.picture.desk import PictureDesk, render_request

OPEN_FILTER = "Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif *.ora)"
Opened = PictureState | Picture


class PictureFiles(QObject):
    """The road between the picture desk and the disk or the clipboard."""

    trouble = Signal(object)
    notice = Signal(str)

    def __init__(self, desk: PictureDesk, background: Background, window: QWidget) -> None:
        super().__init__(desk)
        self._desk = desk
        self._background = background
        self._window = window
        self.folder = ""

    def choose_and_open(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open a picture"), self.folder, self.tr(OPEN_FILTER)
        )
        if path:
            self.open(path)

    def open(self, path: str) -> None:
        """Open a picture; one that we exported comes back as the state that made it."""
        self.folder = str(Path(path).parent)
        self._background.run(lambda: _read(Path(path)), self._take_opened, self.trouble.emit)

    def choose_and_export(self, scale: int, detail: bool = False) -> None:
        """Ask for a name, then export the picture at 1, 2 or 4 times its own size; `detail`: paint detail in."""
        name = Path(self.folder or Path.home()) / self._file_name(scale)
        path, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Export PNG"), str(name), self.tr("PNG (*.png)")
        )
        if path:
            self.export(path, scale, detail)

    def export(self, path: str, scale: int, detail: bool = False) -> int:
        """Queue the export; returns its serial."""
        target = Path(path if path.lower().endswith(".png") else path + ".png")
        self.folder = str(target.parent)
        document = self._desk.session.picture
        request = render_request(document, Quality.FINAL)
        if detail and scale in FACTORS:
            request, scale = replace(request, retouch=(Retouch("upscale", factor=scale),)), 1
        made = self.provenance(document, request, scale)
        job = ExportPictureJob(request, target, scale, made.recipe, made.document)
        return self._desk.controller.submit_job(job)

    def provenance(self, document: PictureDocument, request: RenderRequest, scale: int = 1) -> Provenance:
        """What stands in an exported picture: its recipe, or the whole document where it has layers."""
        if request.layers:
            return Provenance(document=document)
        return Provenance(self._recipe(document, request, scale), request.source)

    def copy(self) -> None:
        """The picture on the canvas, as it is at rest, to the clipboard."""
        if self._desk.last_frame is not None:
            QGuiApplication.clipboard().setImage(frame_image(self._desk.last_frame).copy())
            self.notice.emit(self.tr("Copied."))

    def paste(self) -> None:
        """A picture from the clipboard, as if it had been opened."""
        image = QGuiApplication.clipboard().image()
        if image.isNull():
            self.notice.emit(self.tr("There is no picture on the clipboard."))
            return
        name = self.tr("Pasted picture")
        self._background.run(
            lambda: Picture(_pixels(image), name), self._desk.take_picture, self.trouble.emit
        )

    def _take_opened(self, opened: Opened) -> None:
        if isinstance(opened, Picture):
            self._desk.take_picture(opened)
        elif opened.document is not None:
            self._take_document(opened.document)
        elif opened.recipe is not None:
            self._take_recipe(opened.recipe, opened.source)

    def _take_document(self, document: PictureDocument) -> None:
        """A picture that came with its layers."""
        if not document.model_id or self._is_here(document.model_id):
            self._desk.session.change_picture(document, self.tr("Open a picture with layers"))

    def _is_here(self, model_id: str) -> bool:
        """Whether a model is installed; where it is not, that is said."""
        if model_id in self._desk.cards:
            return True
        error = f"This picture was made with the model {model_id!r}, which is not installed here."
        self.trouble.emit(StudioError(error, hint="Install that model and open the picture again."))
        return False

    def _take_recipe(self, recipe: Recipe, source: Picture | None) -> None:
        desk = self._desk
        if recipe.model_id and not self._is_here(recipe.model_id):
            return
        if recipe.model_id and desk.cards[recipe.model_id].weights.sha256 != recipe.weights_sha256:
            self.notice.emit(
                self.tr("The model has changed since this picture was made; it may look different.")
            )
        desk.session.change_picture(document_of(recipe, source), self.tr("Open a recipe"))

    def _recipe(self, document: PictureDocument, request: RenderRequest, scale: int) -> Recipe:
        """The recipe of the picture; beside an opened one also where it lies in the model, for the sliders."""
        card = self._desk.cards.get(document.model_id)
        sha256 = card.weights.sha256 if card else ""
        recipe = picture_recipe(request, sha256, __version__)
        return replace(
            recipe, model_id=document.model_id, weights_sha256=sha256, latent=document.latent, scale=scale
        )

    def _file_name(self, scale: int) -> str:
        return f"{self.stem()}{'' if scale == 1 else f'-{scale}x'}.png"

    def stem(self) -> str:
        """What an exported picture is called."""
        document = self._desk.session.picture
        if document.source is not None:
            return f"{Path(document.source.name).stem}-{'layers' if document.layers else 'restyled'}"
        return f"{document.model_id or 'picture'}-seed{document.latent.seed}"


def document_of(recipe: Recipe, source: Picture | None) -> PictureDocument:
    """The state that a recipe describes."""
    empty = PictureDocument()
    return PictureDocument(
        model_id=recipe.model_id,
        latent=recipe.latent or empty.latent,
        source=source,
        restyle=recipe.restyle or StyleMix(),
    )


def _pixels(image: QImage) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3).copy()


def _read(path: Path) -> Opened:
    found = read_state(path)
    if found is None or (found.recipe is not None and not is_state(found.recipe)):
        return open_any_picture(path)
    return found


def is_state(recipe: Recipe) -> bool:
    """Whether a picture comes back as the state that made it. One that was cleaned, mended or only enlarged comes
    back as it is: the desk has no sliders for that."""
    enlarged = all(wish.kind == "upscale" for wish in recipe.retouch)
    made = not recipe.source_sha256 or (recipe.restyle is not None and recipe.restyle.active)
    return not recipe.retouch or (enlarged and made)
