"""Takes the README's screenshots from the real window (under Xvfb: `xvfb-run -s "-screen 0 1600x1000x24" python ...`).

Everything in them is done through the same session and panels that a hand uses; nothing is drawn for the picture.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ["LATENT_STUDIO_HOME"] = tempfile.mkdtemp(prefix="latent-studio-screenshots-")

from PySide6.QtCore import QElapsedTimer, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget

from studio.app import StudioApp
from studio.core.latent import Latent
from studio.core.restyle import StyleMix
from studio.core.score import Note
from studio.core.session import MUSIC
from studio.core.settings import Settings

OUT = Path(__file__).resolve().parents[1] / "resources" / "screenshots"
SIZE = (1280, 800)
PHRASE = tuple(Note(240 * i, 240, pitch, 84) for i, pitch in enumerate((74, 71, 67, 71, 74, 79, 78, 76)))
FOUR = (3, 11, 5, 26)
STYLE = "vincent-van-gogh-wheat-field-with-cypresses"


def main() -> int:
    app = QApplication(sys.argv)
    studio = StudioApp(app, Settings(reduced_motion=True), "cpu")
    studio.start()
    studio.window.resize(*SIZE)
    desk = studio.pictures
    wait(app, lambda: desk.is_at_rest and bool(desk.infos) and studio.window.commands is not None)
    wait_ms(app, 600)
    shoot(studio, "first-start")
    studio.welcome.close_card()
    play_pictures(app, studio)
    shoot(studio, "pictures")
    restyle(app, studio)
    shoot(studio, "restyle")
    explore(app, studio)
    shoot(studio, "explore")
    paint(app, studio)
    shoot(studio, "layers")
    compose(app, studio)
    shoot(studio, "music")
    studio._toggle_theme()
    wait_ms(app, 400)
    shoot(studio, "music-light")
    studio.window.close()
    return 0


def play_pictures(app: QApplication, studio: StudioApp) -> None:
    """A few pictures, two of them kept, a slider moved."""
    session, desk = studio.session, studio.pictures
    first = session.picture.latent.seed
    for seed in range(first + 1, first + 5):
        session.set_seed(seed)
        wait(app, lambda: desk.is_at_rest)
    session.keep_slot("a")
    session.set_seed(first)
    session.keep_slot("b")
    session.move_latent(desk.infos[session.picture.model_id].directions[0].name, 0.8)
    wait(app, lambda: desk.is_at_rest)
    wait_ms(app, 600)


def restyle(app: QApplication, studio: StudioApp) -> None:
    studio.restyling.add(STYLE)
    wait(app, lambda: studio.pictures.is_at_rest)
    wait_ms(app, 600)


def explore(app: QApplication, studio: StudioApp) -> None:
    """Four pictures on the pad, the cursor between them, and keyframes on the way."""
    session, desk = studio.session, studio.pictures
    act = studio.window.commands.action
    session.set_restyle(StyleMix())
    session.change_latent(Latent(seed=FOUR[0], psi=0.7), "Begin")
    for seed in FOUR:
        session.set_seed(seed)
        wait(app, lambda: desk.is_at_rest)
        act("add-to-pad").trigger()
    for time_s, (x, y) in enumerate(((0.2, 0.3), (0.7, 0.25), (0.75, 0.8), (0.45, 0.6))):
        studio.rooms.blending.move_cursor(x, y)
        desk.let_go()
        wait(app, lambda: desk.is_at_rest)
        studio.rooms.playing.keyframing.keep_at(float(time_s))
    front(studio, "dock-timeline")
    act("show-map").trigger()
    wait_ms(app, 6000)


def paint(app: QApplication, studio: StudioApp) -> None:
    """A sun, painted on a layer of its own that screens the picture below."""
    front(studio, "dock-layers")
    act, canvas = studio.window.commands.action, studio.pictures.canvas
    act("take-brush").trigger()
    bench, place = studio.rooms.tooling.bench, canvas.rect().center() + QPoint(110, -120)
    for size, hardness, colour in ((300.0, 0.0, 0xE08040), (90.0, 0.5, 0xFFE0A0)):
        bench.choose(size=size, hardness=hardness)
        bench.choose_colour(colour)
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)
        wait(app, lambda: studio.pictures.is_at_rest)
    studio.rooms.layering.set_mode("screen")
    studio.rooms.layering.set_opacity(0.7)
    studio.pictures.let_go()
    wait(app, lambda: studio.pictures.is_at_rest)
    wait_ms(app, 1500)


def front(studio: StudioApp, name: str) -> None:
    dock = studio.window.findChild(QDockWidget, name)
    dock.show()
    dock.raise_()


def compose(app: QApplication, studio: StudioApp) -> None:
    """A phrase, and the model's answer as ghost notes."""
    studio.window.show_desk(MUSIC)
    studio.session.change_score(studio.session.score.with_key(1), "Key of G")
    studio.session.add_notes(0, PHRASE, "Draw a phrase")
    writer = studio.music.cowriter
    wait(app, lambda: studio.music.compose.continue_button.isEnabled())
    writer.continue_()
    wait(app, lambda: bool(writer.ghosts))
    studio.music.roll.zoom_to_all()
    wait_ms(app, 600)


def wait(app: QApplication, condition: Callable[[], bool], limit_ms: int = 30_000) -> None:
    timer = QElapsedTimer()
    timer.start()
    while not condition():
        app.processEvents()
        if timer.elapsed() > limit_ms:
            raise TimeoutError("the window did not come to rest")


def wait_ms(app: QApplication, ms: int) -> None:
    timer = QElapsedTimer()
    timer.start()
    while timer.elapsed() < ms:
        app.processEvents()


def shoot(studio: StudioApp, name: str) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    studio.window.grab().save(str(OUT / f"{name}.png"))
    print(OUT / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
