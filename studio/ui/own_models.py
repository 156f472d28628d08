"""OwnModels: the models that a person brings along, from a file on the window to a row in the list. GUI thread."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDropEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow

from studio.core.errors import StudioError
from studio.core.messages import Reply, WorkDone
from studio.engines.catalogue import Catalogue, CatalogueEntry, read_card
from studio.files.checkpoint import SUFFIXES
from studio.files.locations import user_models_dir
from studio.files.model_library import CARD, change_card, delete_model, own_folder
from studio.inference.import_job import Imported, ImportModelJob
from studio.ui.commands import Command
from studio.ui.desk.library.library_panel import LibraryPanel, ModelRow
from studio.ui.desk.library.model_page import ModelPage, size_words
from studio.ui.picture.desk import PictureDesk

DRAGS = (QEvent.Type.DragEnter, QEvent.Type.Drop)


class OwnModels(QObject):
    """Keeps the list of models, the catalogue and the picture desk at one. What is dropped on the window and is no
    picture comes here."""

    trouble = Signal(object)
    notice = Signal(str)

    def __init__(
        self,
        catalogue: Catalogue,
        desk: PictureDesk,
        panel: LibraryPanel,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._catalogue, self._desk, self._panel, self._window = catalogue, desk, panel, window
        panel.details_requested.connect(self.show_page)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def choosable(self) -> tuple[CatalogueEntry, ...]:
        """The models that the list offers: those with a latent; the others wait in panels and menus."""
        return tuple(entry for entry in self._catalogue.entries("picture") if entry.card.z_dim)

    def show_models(self) -> None:
        """Fill the list."""
        self._panel.show_models([model_row(entry) for entry in self.choosable()])
        self._panel.show_current(self._desk.session.picture.model_id)

    def show_page(self, model_id: str) -> None:
        """The page of a model; that of a model of one's own can be changed."""
        entry = self._catalogue.entry(model_id)
        is_own = entry.folder.parent == user_models_dir()
        page = ModelPage(entry.card, self._window, is_own)
        page.kept.connect(lambda name, licence: self._try(lambda: self._change(entry, name, licence)))
        page.delete_wished.connect(lambda: self._try(lambda: self._delete(entry)))
        page.reveal_wished.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(entry.folder))))
        page.show()

    # --- bringing along -----------------------------------------------------------------------------------

    def choose_and_import(self) -> None:
        words = f"StyleGAN ({' '.join(f'*{suffix}' for suffix in SUFFIXES)})"
        paths, _ = QFileDialog.getOpenFileNames(self._window, tr("Import models"), "", words)
        self.import_files([Path(path) for path in paths])

    def import_files(self, paths: list[Path]) -> None:
        """Import checkpoints one after another, between the pictures; each tells its progress."""
        for path in paths:
            self._desk.controller.submit_job(ImportModelJob(path, user_models_dir()))

    def take_reply(self, reply: Reply) -> None:
        """An import has come to an end."""
        match reply:
            case WorkDone(result=Imported(card=card, was_here=True)):
                self.notice.emit(tr("This model was here already, as {}.").format(card.name))
            case WorkDone(result=Imported(card=card)):
                self._know(CatalogueEntry(card, user_models_dir() / card.id))
                self._desk.choose_model(card.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Files that nothing else on the window takes."""
        if event.type() not in DRAGS or not isinstance(event, QDropEvent):
            return super().eventFilter(watched, event)
        paths = checkpoints([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        if not paths:
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self.import_files(paths)
        return True

    # --- changing -----------------------------------------------------------------------------------------

    def _try(self, change: Callable[[], None]) -> None:
        try:
            change()
        except StudioError as error:
            self.trouble.emit(error)

    def _change(self, entry: CatalogueEntry, name: str, licence: str) -> None:
        folder = own_folder(user_models_dir(), entry.folder)
        change_card(folder, name=name or entry.card.name, licence=licence)
        self._know(CatalogueEntry(read_card(folder / CARD), folder))

    def _delete(self, entry: CatalogueEntry) -> None:
        if entry.card.id == self._desk.session.picture.model_id:
            raise StudioError(tr("This model is in use."), hint=tr("Choose another model first."))
        delete_model(own_folder(user_models_dir(), entry.folder))
        self._catalogue.forget(entry.card.id)
        self._desk.cards.pop(entry.card.id, None)
        self.show_models()
        self.notice.emit(tr("{} is deleted.").format(entry.card.name))

    def _know(self, entry: CatalogueEntry) -> None:
        self._catalogue.add(entry)
        self._desk.cards[entry.card.id] = entry.card
        self.show_models()


def own_model_commands(own: OwnModels) -> tuple[Command, ...]:
    """The commands of this room."""
    return (
        Command("import-models", tr("Import a model…"), "File", own.choose_and_import,
                hint=tr("A StyleGAN checkpoint that you have. Nothing in the file is run.")),
    )  # fmt: skip


def checkpoints(paths: list[Path]) -> list[Path]:
    """The checkpoints among paths, and in the folders among them."""
    return [path for group in map(_inside, paths) for path in group if path.suffix in SUFFIXES]


def _inside(path: Path) -> list[Path]:
    """A file itself, or those of a folder that may be read."""
    try:
        return sorted(path.iterdir()) if path.is_dir() else [path]
    except OSError:
        return []


def model_row(entry: CatalogueEntry) -> ModelRow:
    """How the list of models shows a model."""
    card = entry.card
    preview = entry.preview_path if entry.preview_path.exists() else None
    return ModelRow(card.id, card.name, card.summary, card.family, preview, size_words(card))


def tr(text: str) -> str:
    return QCoreApplication.translate("OwnModels", text)
