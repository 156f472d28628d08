"""The whole application, as a person meets it; only the file dialogs are left out."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.settings import Settings

PATIENCE_MS = 20_000


@pytest.fixture
def open_app(qapp: QApplication, qtbot: QtBot) -> Iterator[Callable[..., StudioApp]]:
    """Open the application with settings; it is closed at the end of the test."""
    opened: list[StudioApp] = []

    def open_with(settings: Settings | None = None, device: str = "cpu") -> StudioApp:
        studio = StudioApp(qapp, settings or Settings(welcome_seen=True), device)
        opened.append(studio)
        studio.start()
        qtbot.waitUntil(lambda: studio.window.commands is not None, timeout=PATIENCE_MS)
        studio.window.activateWindow()
        return studio

    yield open_with
    for studio in opened:
        studio.window.close()
        studio.window.deleteLater()
    qapp.processEvents()


@pytest.fixture
def studio(open_app: Callable[..., StudioApp], qtbot: QtBot) -> StudioApp:
    """The application with its first picture at rest on the canvas."""
    studio = open_app()
    qtbot.waitUntil(lambda: studio.pictures.last_frame is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: bool(studio.pictures.infos), timeout=PATIENCE_MS)
    return studio


@pytest.fixture
def at_rest(studio: StudioApp, qtbot: QtBot) -> Callable[[], bytes]:
    """The bytes of the picture once the canvas shows the document as it is."""

    def pixels() -> bytes:
        desk = studio.pictures
        qtbot.waitUntil(lambda: desk.is_at_rest, timeout=PATIENCE_MS)
        assert desk.last_frame is not None
        return desk.last_frame.pixels.tobytes()

    return pixels
