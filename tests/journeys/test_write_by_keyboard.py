"""A composer without a mouse: all that the piano roll can do is done by keys alone, and each of it undone.

Only a lasso needs a hand; the box by keys, and what is alike, stand for it.
"""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.control import BEND, EXPRESSION, SUSTAIN, value_at
from studio.core.score import Note, Score
from studio.core.session import MUSIC
from studio.files.settings_file import load_settings
from studio.ui.music.pianoroll.state import Tool

BAR = 1920
Places = list[tuple[int, int, int]]
TUNE = tuple(
    Note(start, length, pitch)
    for start, length, pitch in (
        (0, 240, 60),
        (240, 240, 64),
        (480, 480, 67),
        (960, 240, 60),
        (1200, 240, 62),
    )
)


class Keyboard:
    """Keys go where the focus is; `score` is what the window shows."""

    def __init__(self, studio: StudioApp) -> None:
        self.studio, self.state = studio, studio.music.roll.state
        self.focus.setFocus()

    @property
    def focus(self) -> QWidget:
        found = QApplication.activePopupWidget() or self.studio.window.focusWidget()
        assert found is not None
        return found

    @property
    def score(self) -> Score:
        return self.studio.session.score

    @property
    def notes(self) -> Places:
        return [(n.start_ticks, n.duration_ticks, n.pitch) for n in self.state.track.notes]

    def press(self, *keys: str) -> None:
        for key in keys:
            QTest.keySequence(self.focus, QKeySequence.fromString(key))

    def go(self, ticks: int, pitch: int = 60) -> None:
        """The cursor to a place, by arrows."""
        self.press("Esc", "Home", *["Right"] * (ticks // 120))
        rows = pitch - self.state.cursor.pitch
        self.press(*["Up" if rows > 0 else "Down"] * abs(rows))
        assert (self.state.cursor.ticks, self.state.cursor.pitch) == (ticks, pitch)

    def type(self, words: str) -> None:
        QTest.keyClicks(self.focus, words)

    def find(self, words: str) -> None:
        """Run a command by a few letters of its name."""
        self.press("Ctrl+K")
        self.type(words)
        self.press("Return")

    def write(self, *notes: Note) -> None:
        """Begin with these notes, none of them selected, the cursor at the start."""
        session = self.studio.session
        session.change_score(Score.empty().with_notes_added(0, notes or TUNE), "Begin")
        session.forget_history(MUSIC)
        self.studio.music.roll.setFocus()
        self.studio.music.playback.seek(0)
        self.state.put_cursor(0, 60)
        self.state.select(())

    def undone(self, steps: int = 1, changed: bool = True) -> None:
        """Just that many steps lead back to the beginning."""
        after = self.score
        assert len(self.studio.session.score_history.labels) == steps
        for _ in range(steps):
            self.press("Ctrl+Z")
        assert self.notes == sorted((n.start_ticks, n.duration_ticks, n.pitch) for n in TUNE)
        assert not self.studio.session.score_history.labels
        assert (self.score != after) == changed

    def undone_to_nothing(self) -> None:
        """However many steps it took, undoing them leads back to the beginning."""
        while self.studio.session.score_history.labels:
            self.press("Ctrl+Z")
        assert self.notes == sorted((n.start_ticks, n.duration_ticks, n.pitch) for n in TUNE)
        assert not self.score.chords
        assert not self.state.track.controls


@pytest.fixture
def keys(open_app: Callable[..., StudioApp], qtbot: QtBot) -> Keyboard:
    studio = open_app()
    studio.window.show_desk(MUSIC)
    studio.music.roll.setFocus()
    qtbot.waitUntil(studio.window.isActiveWindow)
    keyboard = Keyboard(studio)
    keyboard.write()
    return keyboard


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_everything_on_the_roll_by_keys_alone(keys: Keyboard) -> None:
    for chapter in (
        drawing,
        selecting,
        moving,
        shaping,
        amounts,
        velocities_and_controllers,
        across_tracks,
        scales_and_chords,
        tempo_metre_and_bars,
        markers_marks_and_zoom,
    ):
        keys.write()
        chapter(keys)
    keys.studio.window.close()
    assert load_settings().settings.note_amounts["quantise-strength"] == 50, "kept for the next start"


def drawing(keys: Keyboard) -> None:
    keys.press("2")
    assert keys.state.tool is Tool.DRAW
    keys.press("1", "Up", "Up", "Right", "Return")
    assert (120, 120, 62) in keys.notes
    keys.undone()
    keys.press("Home")
    keys.go(0)
    keys.press("Shift+Return", "Delete")
    assert len(keys.notes) == 4
    keys.undone()


def selecting(keys: Keyboard) -> None:
    chosen = keys.state
    keys.press("PgDown")
    keys.press("Shift+PgDown")
    assert [note.pitch for note in chosen.chosen] == [60, 64]
    keys.press("Esc")
    keys.go(0)
    keys.press("B", "Right", "Right", "Up", "Up", "Up", "Up", "Return")
    assert [note.pitch for note in chosen.chosen] == [60, 64], "a box"
    keys.find("same length")
    assert len(chosen.chosen) == 4
    keys.press("Esc", "Home", "PgDown")
    keys.find("same pitch in all octaves")
    assert [note.start_ticks for note in chosen.chosen] == [0, 960]
    keys.press("Ctrl+Shift+I")
    assert [note.pitch for note in chosen.chosen] == [64, 67, 62]
    for words, count in (("same rhythm", 4), ("same melody", 2), ("same contour", 5)):
        keys.press("Esc", "Home", "PgDown", "Shift+PgDown")
        keys.find(words)
        assert len(chosen.chosen) == count, words
    keys.press("Ctrl+A")
    assert len(chosen.chosen) == 5
    keys.press("Esc")
    assert not chosen.selection
    assert not keys.studio.session.score_history.labels


def moving(keys: Keyboard) -> None:
    keys.press("PgDown", "Right", "Up")
    assert keys.notes[0] == (120, 240, 61)
    keys.undone(2)
    for pressed, first in (
        ("Ctrl+Shift+Right", (0, 360, 60)),
        ("Ctrl+Shift+Left", (0, 120, 60)),
        ("Alt+Shift+Right", (120, 120, 60)),
        ("Alt+Up", (0, 240, 61)),
        ("Alt+Shift+Down", (0, 240, 48)),
        ("Shift+Up", (0, 240, 72)),
        ("Ctrl+Alt+Right", (0, 480, 60)),
    ):
        keys.write()
        keys.press("PgDown", pressed)
        assert keys.notes[0] == first, pressed
        keys.undone()
    keys.write()
    keys.press("Ctrl+A", "Ctrl+D")
    assert len(keys.notes) == 10
    keys.undone()
    keys.press("Ctrl+A", "Ctrl+C", "Esc")
    keys.go(BAR)
    keys.press("Ctrl+V")
    assert keys.notes[5] == (BAR, 240, 60)
    keys.undone()
    keys.press("Ctrl+A", "Ctrl+X")
    assert not keys.notes
    keys.undone()
    assert QGuiApplication.clipboard().mimeData() is not None


def shaping(keys: Keyboard) -> None:
    first: list[tuple[str, Callable[[Places], bool]]] = [
        ("Ctrl+Shift+B", lambda notes: len(notes) == 12),
        ("Ctrl+J", lambda notes: (0, 1200, 60) in notes),
        ("Ctrl+R", lambda notes: notes[0] == (0, 240, 62)),
        ("Ctrl+I", lambda notes: [pitch for _, _, pitch in notes] == [60, 56, 53, 60, 58]),
        ("Ctrl+Alt+Left", lambda notes: notes[-1] == (600, 120, 62)),
    ]
    for pressed, holds in first:
        keys.write()
        keys.press("Ctrl+A", pressed)
        assert holds(keys.notes), (pressed, keys.notes)
        keys.undone()
    keys.write(*(Note(n.start_ticks, 100, n.pitch) for n in TUNE))
    keys.press("Ctrl+G")
    assert [length for _, length, _ in keys.notes] == [240, 240, 480, 240, 100]
    keys.write()
    keys.go(600)
    keys.press("Ctrl+B")
    assert (600, 360, 67) in keys.notes
    keys.undone()
    keys.press("Ctrl+A", "Ctrl+Alt+U")
    assert all(note.muted for note in keys.state.track.notes)
    keys.undone()


def amounts(keys: Keyboard) -> None:
    loose = tuple(Note(n.start_ticks + 20, n.duration_ticks, n.pitch, 40) for n in TUNE)

    def starts() -> list[int]:
        return [start for start, _, _ in keys.notes]

    keys.write(*loose)
    keys.press("Ctrl+Shift+U", "Tab")
    keys.press(*["PgDown"] * 5)
    keys.press("Return")
    assert starts() == [10, 250, 490, 970, 1210], "half the way, by the slider"
    keys.press("Ctrl+U")
    assert starts() == [5, 245, 485, 965, 1205]
    keys.press("Ctrl+Z", "Ctrl+Z")
    assert starts() == [20, 260, 500, 980, 1220]
    keys.press("Ctrl+Shift+U", "Esc")
    assert starts() == [20, 260, 500, 980, 1220]
    keys.write()
    keys.press("Ctrl+A", "Shift+X", "PgUp", "Return")
    assert keys.notes[-1][0] > 1500, "stretched by the slider"
    keys.undone()
    keys.write(*(Note(120 * i, 100, 60) for i in range(4)))
    keys.press("Shift+S", "Return")
    assert starts() == [0, 160, 240, 400]
    keys.press("Ctrl+Z")
    keys.press("Ctrl+H")
    assert starts() != [0, 120, 240, 360]
    keys.press("Ctrl+Z")
    keys.press("Shift+H", "Return", "Ctrl+Z")
    assert starts() == [0, 120, 240, 360]


def velocities_and_controllers(keys: Keyboard) -> None:
    def velocities() -> list[int]:
        return [note.velocity for note in keys.state.track.notes]

    keys.press("PgDown", "Ctrl+Shift+Up")
    assert velocities()[0] == 88
    keys.undone()
    keys.press("Ctrl+A", "Shift+V", "Down", "Down", "Return")
    assert velocities() == [50, 62, 74, 98, 110]
    keys.undone()
    keys.press("Esc")
    for controller, presses in ((SUSTAIN, 1), (EXPRESSION, 1), (BEND, 2)):
        keys.go(480)
        keys.press(*["Ctrl+Alt+V"] * presses)
        keys.press("F6", "Down" if controller == EXPRESSION else "Up")
        controls = keys.state.track.controls
        assert value_at(controls, controller, 480) != value_at((), controller, 480), controller
        assert value_at(controls, controller, 700) == value_at((), controller, 700), controller
        keys.press("Delete")
        assert not keys.state.track.controls
        keys.press("Esc")
        keys.undone_to_nothing()
    keys.press("Ctrl+A", "Ctrl+Shift+H")
    assert value_at(keys.state.track.controls, SUSTAIN, 500) == 127
    keys.undone_to_nothing()


def across_tracks(keys: Keyboard) -> None:
    keys.press("Ctrl+A", "Ctrl+C", "Ctrl+T")
    assert keys.state.track_index == 1
    keys.go(0)
    keys.press("Ctrl+V")
    assert len(keys.notes) == 5
    for pressed, holds in (
        ("Ctrl+M", lambda: keys.state.track.muted),
        ("Ctrl+Alt+M", lambda: keys.state.track.solo),
    ):
        keys.press(pressed)
        assert holds()
        keys.press("Ctrl+Z")
        assert not holds()
    keys.press("Ctrl+Z", "Ctrl+Z")
    assert len(keys.score.tracks) == 1


def scales_and_chords(keys: Keyboard) -> None:
    keys.press("Alt+.", "Alt+-")
    assert keys.state.snap.label == "1/32"
    keys.press("Alt+,", "Alt+-")
    assert keys.state.snap.label == "1/16 triplet"
    keys.press("Alt+-", "Alt+-")
    assert keys.state.snap.label == "1/16"
    keys.press("Shift+J", *["Down"] * 5, "Return")
    assert keys.state.scale is not None
    assert keys.state.scale.name == "minor"
    keys.find("show the scale of the notes")
    assert keys.state.scale is not None
    keys.press("Ctrl+Alt+K")
    assert keys.state.keeps_scale
    keys.press("Ctrl+Alt+K")
    keys.find("put on the scale")
    keys.press("Ctrl+Shift+C")
    keys.type("Dm7")
    keys.press("Return")
    assert [chord.name for chord in keys.score.chords] == ["Dm7"]
    keys.press("Shift+Right")
    assert keys.score.chords[0].start_ticks == 120
    keys.press("Ctrl+Shift+Left")
    assert keys.score.chords[0].end_ticks == BAR
    keys.press("Delete")
    assert not keys.score.chords
    keys.press("Esc")
    keys.undone_to_nothing()
    keys.find("name the chords by ear")
    assert keys.score.chords
    keys.undone()
    keys.press("Esc")
    keys.go(BAR)
    keys.press("Shift+D", *["Down"] * 11, "Return")
    assert keys.state.stamp.kind == "scale triad"
    keys.press("Shift+I", "Return")
    assert len(keys.notes) == 8
    keys.undone()
    keys.press("Shift+D", "Down", "Return")
    assert keys.state.stamp.kind == "note"
    keys.state.use_scale(None, False)


def tempo_metre_and_bars(keys: Keyboard) -> None:
    keys.press("Shift+T")
    keys.type("90")
    keys.press("Return")
    assert keys.score.tempo_at(0).bpm == 90
    keys.undone()
    keys.press("Shift+M")
    keys.type("3")
    keys.press("Return")
    assert keys.score.meter_at(0).numerator == 3
    keys.undone()
    keys.press("Shift+K", "Up", "Return")
    assert keys.score.keys[0].fifths == -1
    keys.undone()
    keys.go(BAR)
    keys.press("Shift+P", "Shift+M")
    keys.type("3")
    keys.press("Return", "Shift+F10", *["Down"] * 4, "Return")
    assert len(keys.score.meters) == 1, "the change was taken away again"
    keys.undone(2, changed=False)
    keys.press("Home", "Shift+B")
    keys.type("2")
    keys.press("Return")
    assert keys.notes[0][0] == 2 * BAR
    keys.undone()
    keys.press("Ctrl+Alt+X")
    assert not keys.notes
    keys.undone()
    keys.press("Shift+F6", "Right", "Up", "Esc")
    assert keys.score.tempo_at(0).bpm == 121
    keys.undone()


def markers_marks_and_zoom(keys: Keyboard) -> None:
    keys.press("Ctrl+Alt+N")
    keys.type("Verse")
    keys.press("Return", "Shift+Right")
    assert [(one.ticks, one.text) for one in keys.score.markers] == [(120, "Verse")]
    keys.press("Esc", "Ctrl+PgDown")
    assert keys.studio.music.playback.position_ticks == 120
    keys.undone(2)
    keys.go(480)
    keys.press("[")
    assert keys.state.region == (480, BAR)
    keys.go(960)
    keys.press("]")
    assert keys.state.region == (480, 960)
    keys.find("select what begins in the mark")
    assert [note.start_ticks for note in keys.state.chosen] == [480]
    keys.press("Ctrl+A", "Shift+L")
    assert keys.state.region == (0, 1440)
    keys.press("Ctrl+Shift+M")
    assert keys.state.region is None
    before = keys.state.geometry
    keys.press("Ctrl+9")
    assert keys.state.geometry.px_per_tick > before.px_per_tick
    keys.press("Ctrl+0")
    tall = keys.state.geometry.row_px
    keys.press("Ctrl+Alt++")
    assert keys.state.geometry.row_px > tall
    assert not keys.studio.session.score_history.labels
    QApplication.clipboard().clear()
