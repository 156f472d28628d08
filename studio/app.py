"""The composition root: the only place where the window's parts are built and wired. Never imports torch."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from studio import __version__
from studio.core.errors import StudioError
from studio.core.messages import CancelledReply, DeviceReady, Failure, Progress, Reply, WorkDone
from studio.core.session import MUSIC, PICTURES, Session
from studio.core.settings import Settings
from studio.engines.catalogue import Catalogue
from studio.engines.picture.style_library import LIBRARY_FILE
from studio.files import fault_log, log_file
from studio.files.checkpoint import SUFFIXES as CHECKPOINTS
from studio.files.locations import models_dir, resources_dir, user_models_dir
from studio.files.project_file import SUFFIX
from studio.files.score_reading import SCORE_SUFFIXES
from studio.files.settings_file import load_settings, save_settings
from studio.inference.controller import InferenceController
from studio.ui import start_trace
from studio.ui.background import Background
from studio.ui.bridge import Bridge
from studio.ui.commands import Command
from studio.ui.common.theme import apply_theme
from studio.ui.crash import CrashGuard
from studio.ui.desk.library.library_panel import LibraryPanel
from studio.ui.desk.palette.palette import Palette
from studio.ui.desk.palette.shortcut_page import ShortcutPage
from studio.ui.desk.steps.steps_panel import steps_panel
from studio.ui.desk.welcome.help_page import HelpPage
from studio.ui.desk.welcome.welcome import WelcomeCard
from studio.ui.first_start import FirstStart
from studio.ui.garbage import GuiGarbage
from studio.ui.main_window import DockSpec, MainWindow
from studio.ui.own_models import OwnModels, own_model_commands
from studio.ui.picture.desk import PictureDesk
from studio.ui.picture.rooms import PictureRooms
from studio.ui.preferences import Preferences
from studio.ui.project_files import ProjectFiles, project_commands
from studio.ui.window_commands import WindowActions, window_commands

if TYPE_CHECKING:
    from studio.audio.player import Player
    from studio.inference.engine_room import Backend
    from studio.ui.music.desk import MusicDesk

SWITCH_INTERVAL_S = 0.0005  # the GUI and the device thread hand the interpreter over ten times as readily
ON_BAR = ("undo", "redo", "command-palette", "toggle-theme")


class StudioApp(QObject):
    """Builds every part, wires them, and takes them down again. GUI thread."""

    def __init__(self, app: QApplication, settings: Settings, device: str = "") -> None:
        super().__init__()
        self.app = app
        self.settings = settings
        self.garbage = GuiGarbage(self)
        self.catalogue = Catalogue.scan((models_dir(), user_models_dir()))
        self.session = Session()
        self.bridge = Bridge(self)
        self.background = Background(self)
        self.controller = InferenceController(
            self._open_backend, self.bridge.deliver, device or settings.device, start=False
        )
        apply_theme(app, resources_dir() / "themes", self._theme())
        self.window = MainWindow()
        cards = [entry.card for entry in self.catalogue.entries("picture")]
        self.pictures = PictureDesk(self.session, self.controller, cards)
        self.rooms = PictureRooms(self.pictures, self.background, self.bridge, self.window)
        self.files = self.rooms.files
        self.files.folder = settings.last_folder
        self.rooms.playing.filming.choice = settings.film
        self.restyling = self.rooms.restyling
        self.projects = ProjectFiles(self.session, self.background, self.window)
        self.music_room = _room("music-centre")
        self._music: MusicDesk | None = None
        self._player: Player | None = None
        self.library = LibraryPanel()
        self.own_models = OwnModels(self.catalogue, self.pictures, self.library, self.window)
        self.welcome = WelcomeCard()
        self.first_start = FirstStart(self.pictures, self.welcome, settings)
        self.palette = Palette(self.window)
        self.preferences = Preferences(self.window, lambda: self.music.sound)
        self._wire()
        self._furnish()

    # --- building ---------------------------------------------------------------------------------------

    def _open_backend(self, device: str) -> "Backend":
        """Called on the device thread: the first import of torch happens here."""
        from studio.engines.torch_backend import TorchBackend

        return TorchBackend(self.catalogue, device)

    def _furnish(self) -> None:
        window = self.window
        window.add_desk(PICTURES, self.tr("Pictures"), self._picture_centre(), self._picture_docks())
        window.add_desk(MUSIC, self.tr("Music"), self.music_room, ())
        if self.settings.desk == MUSIC:
            self._furnish_music()
        window.use_geometry(self.settings.window_geometry)
        window.use_layouts(self.settings.window_layouts)
        window.show_desk(self.settings.desk)
        self.own_models.show_models()

    @property
    def music(self) -> "MusicDesk":
        """The music desk, built when it is first needed: at the latest just after the window was painted."""
        if self._music is None:
            self._furnish_music()
        assert self._music is not None
        return self._music

    def _furnish_music(self) -> None:
        from studio.audio.opening import open_output
        from studio.audio.player import Player
        from studio.ui.music.desk import MusicDesk

        self._player = Player(lambda: open_output(self.settings.sound))
        music = MusicDesk(self.session, self.controller.submit, self.controller.cancel, self._player)
        music.sound.show_choice(self.settings.sound)
        music.note_popovers.show_amounts(self.settings.note_amounts)
        music.sound.preferences_requested.connect(self.preferences.show)
        music.use_models(self.catalogue.entries("music"))
        music.trouble.connect(self.window.toasts.show_error)
        music.notice.connect(self.window.toasts.show_notice)
        music.status_changed.connect(lambda text: self.window.status.show_model(text, MUSIC))
        music.commands_changed.connect(self._refresh_commands)
        music.render_requested.connect(self.controller.submit_job)
        self.window.desk_changed.connect(lambda desk: music.desk_shown(desk == MUSIC))
        self.music_room.layout().addWidget(music.centre)
        self.music_room.setFocusProxy(music.roll)
        self.window.add_docks(MUSIC, music.docks)
        self._music = music

    def _wire(self) -> None:
        self.bridge.reply_arrived.connect(self._take_reply)
        self.session.history_changed.connect(self._refresh_commands)
        self.pictures.trouble.connect(self.window.toasts.show_error)
        self.pictures.model_state_changed.connect(self._show_model_state)
        self.pictures.frame_shown.connect(self.window.status.show_frame)
        self.pictures.rested.connect(self._refresh_commands)
        for room in (self.rooms, self.projects, self.own_models):
            room.trouble.connect(self.window.toasts.show_error)
            room.notice.connect(self.window.toasts.show_notice)
        self.projects.opened.connect(self._welcome_back)
        self.projects.path_changed.connect(self._show_path)
        self.library.chosen.connect(self.pictures.choose_model)
        self.window.desk_changed.connect(self.window.status.show_desk)
        self.window.status.device_chosen.connect(self._use_device)
        self.window.progress.cancel_requested.connect(self.controller.cancel)
        self.window.closing.connect(self.close)
        self.first_start.music_wished.connect(lambda: self.window.show_desk(MUSIC))
        self.first_start.style_wished.connect(self.restyling.add)

    def _picture_centre(self) -> QWidget:
        self.rooms.tooling.set_still(self.settings.reduced_motion)
        return self.rooms.tooling.centre(self.welcome)

    def _picture_docks(self) -> list[DockSpec]:
        left = Qt.DockWidgetArea.LeftDockWidgetArea
        self.library.setProperty("share", 220)
        self.library.setProperty("wide", 280)
        steps = steps_panel(self.session, PICTURES)
        steps.setProperty("tab", "dock-models")
        return [
            ("dock-models", self.tr("Models"), self.library, left),
            ("dock-steps", self.tr("Steps"), steps, left),
            *self.rooms.docks(),
        ]

    def _commands(self) -> tuple[Command, ...]:
        actions = WindowActions(
            self._toggle_theme,
            self._toggle_motion,
            lambda: self.settings.reduced_motion,
            lambda: self.palette.open(self._available()),
            lambda: ShortcutPage(self._available(), self.window).show(),
            self.welcome.show,
            lambda: self._show_help("first-steps", self.tr("First steps")),
            lambda: self._show_help("safety", self.tr("Opening checkpoints safely")),
            self.preferences.show,
        )
        return (
            *self.rooms.commands(),
            *self.music.commands(),
            *project_commands(self.projects),
            *own_model_commands(self.own_models),
            *window_commands(self.window, self.session, actions),
        )

    def _available(self) -> tuple[Command, ...]:
        return self.window.commands.available() if self.window.commands else ()

    # --- life -------------------------------------------------------------------------------------------

    def start(self, files: Sequence[str] = ()) -> None:
        """Show the window; once it is painted, open the device and the first model."""
        self.window.first_painted.connect(lambda: self._begin(files))
        self.window.show()

    def _begin(self, files: Sequence[str]) -> None:
        if start_trace.is_on():
            start_trace.mark("window")
            self.pictures.canvas.frame_painted.connect(self._trace_picture)
        self.controller.start()
        self.window.set_commands(self._commands(), ON_BAR)
        for entry in self.catalogue.family("picture.style_transfer"):
            self.restyling.load_library(entry.folder / LIBRARY_FILE)
        self.projects.restore(otherwise=self._begin_afresh)
        for problem in self.catalogue.problems:
            self.window.toasts.show_error(problem)
        for path in files:
            self.open_file(path)

    def _begin_afresh(self) -> None:
        """No work of before: the first picture is the beginning, not a step."""
        self._choose_first_model()
        self.session.forget_history(PICTURES)

    def _choose_first_model(self) -> None:
        models = [entry.card.id for entry in self.own_models.choosable()]
        if not models:
            self.pictures.canvas.show_empty(
                self.tr("No picture model is installed"),
                self.tr("Open a picture and restyle it, or put a model's folder into the models folder."),
            )
        else:
            kept = self.settings.picture_model
            self.pictures.choose_model(kept if kept in models else models[0])

    def _welcome_back(self) -> None:
        """A project without a picture, or with a model that is not here, begins with the first model."""
        self.first_start.keep_still()
        if self.session.picture.model_id not in self.pictures.cards and self.session.picture.source is None:
            self._choose_first_model()

    def _show_path(self, path: str) -> None:
        self.window.setWindowTitle(f"{Path(path).stem} - {self.tr('Latent Studio')}")

    def open_file(self, path: str) -> None:
        """Open a project, a picture or a score on its desk."""
        if path.endswith(SUFFIX):
            self.projects.open(Path(path))
        elif path.endswith(CHECKPOINTS):
            self.own_models.import_files([Path(path)])
        elif path.lower().endswith(SCORE_SUFFIXES):
            self.window.show_desk(MUSIC)
            self.music.open_file(path)
        else:
            self.files.open(path)

    def close(self) -> None:
        """Keep the settings, then stop every thread."""
        self.first_start.stop()
        self.settings = replace(
            self.settings,
            welcome_seen=self.first_start.is_over,
            last_folder=self.files.folder,
            desk="music" if self.window.desk == MUSIC else "pictures",
            window_geometry=self.window.geometry_text(),
            window_layouts=self.window.layouts(),
            picture_model=self.session.picture.model_id,
            film=self.rooms.playing.filming.choice,
            sound=self._music.sound.choice if self._music else self.settings.sound,
            note_amounts=self._music.note_popovers.amounts if self._music else self.settings.note_amounts,
        )
        self._save_settings()
        self.projects.autosave()
        self.bridge.close()
        if self._music is not None:
            self._music.close()
        if self._player is not None:
            self._player.close()
        self.controller.close()
        self.background.close()
        self.garbage.close()

    def _save_settings(self) -> None:
        try:
            save_settings(self.settings)
        except StudioError as error:
            self.window.toasts.show_error(error)

    def _trace_picture(self) -> None:
        start_trace.mark("picture")
        QTimer.singleShot(0, self.window.close)

    # --- replies ----------------------------------------------------------------------------------------

    def _take_reply(self, reply: Reply) -> None:
        match reply:
            case DeviceReady():
                self.window.status.show_device(reply)
                self.garbage.settle()
            case Progress():
                self.window.show_progress(reply)
            case WorkDone():
                self.window.end_progress(reply.serial)
                self.window.toasts.show_notice(self.tr("{}: done.").format(reply.title))
            case CancelledReply():
                self.window.end_progress(reply.serial)
            case Failure():
                self._take_failure(reply)
        self.rooms.take_reply(reply)
        self.own_models.take_reply(reply)
        if self._music is not None:
            self._music.take_reply(reply)

    def _take_failure(self, failure: Failure) -> None:
        self.window.end_progress(failure.serial)
        if not failure.channel and not failure.model_id:
            self.window.toasts.show_error(failure.error)

    # --- small services ---------------------------------------------------------------------------------

    def _toggle_motion(self) -> None:
        self.settings = replace(self.settings, reduced_motion=not self.settings.reduced_motion)
        self.first_start.stop()
        self.rooms.tooling.set_still(self.settings.reduced_motion)

    def _refresh_commands(self) -> None:
        if self.window.commands is not None:
            self.window.commands.refresh()

    def _show_model_state(self, model_id: str, state: str, text: str) -> None:
        if not model_id:
            self.window.status.show_model("")
            return
        self.library.show_state(model_id, state, text)
        if model_id == self.session.picture.model_id:
            self.library.show_current(model_id)
            name = self.pictures.cards[model_id].name
            self.window.status.show_model(f"{name}: {self.tr(state)}")

    def _show_help(self, page: str, title: str) -> None:
        HelpPage(resources_dir() / "help" / f"{page}.md", title, self.window).show()

    def _use_device(self, device: str) -> None:
        self.settings = replace(self.settings, device=device)
        self.controller.use_device(device)
        self.pictures.render()

    def _theme(self) -> str:
        return "dark" if self.settings.theme == "system" else self.settings.theme

    def _toggle_theme(self) -> None:
        self.settings = replace(self.settings, theme="light" if self._theme() == "dark" else "dark")
        apply_theme(self.app, resources_dir() / "themes", self._theme())


def _room(name: str) -> QWidget:
    """An empty middle of a desk."""
    room = QWidget(objectName=name)
    column = QVBoxLayout(room)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return room


def run(files: Sequence[str] = (), device: str = "") -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    log_file.start_log()
    fault_log.start_fault_log()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Latent Studio")
    app.setApplicationVersion(__version__)
    app.setWindowIcon(QIcon(str(resources_dir() / "icon.svg")))
    guard = CrashGuard(app)
    guard.install()
    loaded = load_settings()
    studio = StudioApp(app, loaded.settings, device)
    guard.show_over(studio.window)
    guard.troubled.connect(studio.window.toasts.show_error)
    studio.start(files)
    if loaded.warning is not None:
        studio.window.toasts.show_error(loaded.warning)
    guard.offer_previous()
    code = app.exec()
    guard.uninstall()
    fault_log.stop_fault_log()
    log_file.stop_log()
    return code
