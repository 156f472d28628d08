"""ProjectFiles: save and open the whole work, and keep a copy of it that survives closing and crashes. GUI thread."""

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.core.errors import StudioError
from studio.core.project import Project
from studio.core.session import Session
from studio.files.locations import autosave_dir, ensure_folder
from studio.files.project_file import SUFFIX, load_project, save_project
from studio.ui.background import Background
from studio.ui.commands import Command

AUTOSAVE_MS = 15_000
FILTER = f"Latent Studio (*{SUFFIX})"
log = logging.getLogger(__name__)


class ProjectFiles(QObject):
    """Owns the path of the open project and the autosave timer; files are read and written in the background."""

    trouble = Signal(object)
    notice = Signal(str)
    opened = Signal()
    path_changed = Signal(str)

    def __init__(self, session: Session, background: Background, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._background = background
        self._window = window
        self._path: Path | None = None
        self._timer = QTimer(self, singleShot=True, interval=AUTOSAVE_MS)
        self._timer.timeout.connect(self.autosave)
        session.history_changed.connect(self._changed)

    # --- by the person ------------------------------------------------------------------------------------

    def save(self) -> None:
        """Save under the known name, or ask for one."""
        if self._path is None:
            self.save_as()
        else:
            self._save_to(self._path)

    def save_as(self) -> None:
        start = str(self._path or Path.home() / f"work{SUFFIX}")
        path, _ = QFileDialog.getSaveFileName(self._window, tr("Save the project"), start, FILTER)
        if path:
            self._save_to(Path(path) if path.endswith(SUFFIX) else Path(path + SUFFIX))

    def choose_and_open(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self._window, tr("Open a project"), "", FILTER)
        if path:
            self.open(Path(path))

    def open(self, path: Path) -> None:
        """Open a project, as one undoable step on each desk."""
        self._background.run(
            lambda: load_project(path), lambda project: self._take(project, path), self.trouble.emit
        )

    # --- by itself ----------------------------------------------------------------------------------------

    def restore(self, otherwise: Callable[[], None]) -> None:
        """Bring back the work of the last run; call `otherwise` where there is none, or it cannot be read."""
        if not autosave_path().exists():
            otherwise()
            return

        def failed(error: StudioError) -> None:
            log.info("no autosave: %s", error.detail)
            otherwise()

        def found(project: Project) -> None:
            if not self._session.is_touched:
                self._session.load(project)
                self.opened.emit()

        self._background.run(lambda: load_project(autosave_path()), found, failed)

    def autosave(self) -> None:
        """Write the copy that the next start brings back."""
        self._timer.stop()
        project = self._project()
        self._background.run(lambda: _autosave(project), lambda _done: None, self._autosave_failed)

    # --- within ---------------------------------------------------------------------------------------------

    def _project(self) -> Project:
        return Project(self._session.picture, self._session.score)

    def _changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _save_to(self, path: Path) -> None:
        project = self._project()

        def saved(_done: object) -> None:
            self._know(path)
            self.notice.emit(tr("Saved {}.").format(path.name))

        self._background.run(lambda: save_project(project, path), saved, self.trouble.emit)

    def _take(self, project: Project, path: Path) -> None:
        self._session.change_project(project, tr("Open {}").format(path.name))
        self._know(path)
        self.opened.emit()

    def _know(self, path: Path) -> None:
        self._path = path
        self.path_changed.emit(str(path))

    def _autosave_failed(self, error: StudioError) -> None:
        log.info("autosave failed: %s", error.detail)


def project_commands(files: ProjectFiles) -> tuple[Command, ...]:
    """The commands of this room."""
    return (
        Command("open-project", tr("Open project…"), "File", files.choose_and_open, "Ctrl+Shift+O"),
        Command("save-project", tr("Save project"), "File", files.save, "Ctrl+S",
                tr("The picture's state and the score in one file."), "content-save-outline"),
        Command("save-project-as", tr("Save project as…"), "File", files.save_as, "Ctrl+Shift+S"),
    )  # fmt: skip


def autosave_path() -> Path:
    return autosave_dir() / f"last{SUFFIX}"


def _autosave(project: Project) -> None:
    ensure_folder(autosave_dir())
    save_project(project, autosave_path())


def tr(text: str) -> str:
    return QCoreApplication.translate("ProjectFiles", text)
