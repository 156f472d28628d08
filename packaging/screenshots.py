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

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget

from studio.app import SWITCH_INTERVAL_S, StudioApp
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
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = QApplication(sys.argv)
    studio = StudioApp(app, Settings(reduced_motion=True), "cpu")
    studio.start()
    studio.window.resize(*SIZE)
    desk = studio.pictures
    wait(lambda: desk.is_at_rest and bool(desk.infos) and studio.window.commands is not None)
    pause(600)
    shoot(studio, "first-start")
    studio.welcome.close_card()
    play_pictures(studio)
    shoot(studio, "pictures")
    restyle(studio)
    shoot(studio, "restyle")
    explore(studio)
    shoot(studio, "explore")
    paint(studio)
    shoot(studio, "layers")
    compose(studio)
    shoot(studio, "music")
    studio._toggle_theme()
    arrange(studio)
    shoot(studio, "music-light")
    studio.window.close()
    return 0


def play_pictures(studio: StudioApp) -> None:
    """A few pictures, two of them kept, a slider moved."""
    session, desk = studio.session, studio.pictures
    first = session.picture.latent.seed
    for seed in range(first + 1, first + 5):
        session.set_seed(seed)
        wait(lambda: desk.is_at_rest)
    session.keep_slot("a")
    session.set_seed(first)
    session.keep_slot("b")
    session.move_latent(desk.infos[session.picture.model_id].directions[0].name, 0.8)
    wait(lambda: desk.is_at_rest)
    pause(600)


def restyle(studio: StudioApp) -> None:
    studio.restyling.add(STYLE)
    wait(lambda: studio.pictures.is_at_rest)
    pause(600)


def explore(studio: StudioApp) -> None:
    """Four pictures on the pad, the cursor between them, and keyframes on the way."""
    session, desk = studio.session, studio.pictures
    act = studio.window.commands.action
    session.set_restyle(StyleMix())
    session.change_latent(Latent(seed=FOUR[0], psi=0.7), "Begin")
    for seed in FOUR:
        session.set_seed(seed)
        wait(lambda: desk.is_at_rest)
        act("add-to-pad").trigger()
    for time_s, (x, y) in enumerate(((0.2, 0.3), (0.7, 0.25), (0.75, 0.8), (0.45, 0.6))):
        studio.rooms.blending.move_cursor(x, y)
        desk.let_go()
        wait(lambda: desk.is_at_rest)
        studio.rooms.playing.keyframing.keep_at(float(time_s))
    front(studio, "dock-timeline")
    act("show-map").trigger()
    pause(6000)


def paint(studio: StudioApp) -> None:
    """A sun, painted on a layer of its own that screens the picture below."""
    front(studio, "dock-layers")
    act, canvas = studio.window.commands.action, studio.pictures.canvas
    act("take-brush").trigger()
    bench, place = studio.rooms.tooling.bench, canvas.rect().center() + QPoint(110, -120)
    for size, hardness, colour in ((300.0, 0.0, 0xE08040), (90.0, 0.5, 0xFFE0A0)):
        bench.choose(size=size, hardness=hardness)
        bench.choose_colour(colour)
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)
        wait(lambda: studio.pictures.is_at_rest)
    studio.rooms.layering.set_mode("screen")
    studio.rooms.layering.set_opacity(0.7)
    studio.pictures.let_go()
    wait(lambda: studio.pictures.is_at_rest)
    pause(1500)


def front(studio: StudioApp, name: str) -> None:
    dock = studio.window.findChild(QDockWidget, name)
    dock.show()
    dock.raise_()


def compose(studio: StudioApp) -> None:
    """A phrase, and the model's answer as ghost notes."""
    studio.window.show_desk(MUSIC)
    studio.session.change_score(studio.session.score.with_key(1), "Key of G")
    studio.session.add_notes(0, PHRASE, "Draw a phrase")
    writer = studio.music.cowriter
    wait(lambda: studio.music.compose.continue_button.isEnabled())
    writer.continue_()
    wait(lambda: bool(writer.ghosts) and not writer.is_waiting)
    studio.music.roll.zoom_to_all()
    pause(600)


def arrange(studio: StudioApp) -> None:
    """The answer is taken, bass and chords are suggested below it, and the page shows it all."""
    writer, roll = studio.music.cowriter, studio.music.roll
    writer.accept_all()
    studio.music.ways.accompany()
    wait(lambda: bool(writer.ghosts))
    studio.window.commands.action("show-page").trigger()
    pause(4000)
    roll.zoom_to_all()
    pause(600)


def wait(condition: Callable[[], bool], limit_ms: int = 30_000) -> None:
    deadline = QDeadlineTimer(limit_ms)
    while not condition():
        pause(10)
        if deadline.hasExpired():
            raise TimeoutError("the window did not come to rest")


def pause(ms: int) -> None:
    """As the application's own loop: one that spins, or keeps the interpreter, would slow the models down."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def shoot(studio: StudioApp, name: str) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    studio.window.grab().save(str(OUT / f"{name}.png"))
    print(OUT / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
