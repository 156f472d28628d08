"""Keep two pictures on the timeline, play and scrub, record a performance, film it twice: the same bytes."""

from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QWidget
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.session import PICTURES
from studio.core.settings import FilmChoice
from studio.files.project_file import load_project
from studio.files.settings_file import load_settings
from tests.journeys.conftest import PATIENCE_MS

Pixels = Callable[[], bytes]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def two_keys(studio: StudioApp, at_rest: Pixels) -> StudioApp:
    """K, another seed, K: two keyframes two seconds apart."""
    studio.window.commands.action("timeline-show").trigger()
    at_rest()
    studio.window.commands.action("timeline-keep").trigger()
    studio.session.set_seed(7)
    at_rest()
    studio.window.commands.action("timeline-keep").trigger()
    at_rest()
    return studio


def canvas_pixels(studio: StudioApp) -> bytes:
    frame = studio.pictures.canvas.frame
    assert frame is not None
    return frame.pixels.tobytes()


def parked(studio: StudioApp, qtbot: QtBot, wish: Callable[[], object]) -> bytes:
    """The picture on the canvas once a wish has led to a whole picture of the timeline."""
    with qtbot.waitSignal(studio.rooms.playing.playhead.rested, timeout=PATIENCE_MS):
        wish()
    return canvas_pixels(studio)


def test_pictures_are_kept_shown_small_and_saved(
    two_keys: StudioApp, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    session, playing, path = two_keys.session, two_keys.rooms.playing, tmp_path / "work.latent"
    assert [key.time_s for key in session.picture.timeline.keyframes] == [0.0, 2.0]
    assert session.picture_history.labels == ("Keep as a keyframe", "Seed 7", "Keep as a keyframe")
    tiles = playing.panel.track.state.tiles
    qtbot.waitUntil(lambda: len(playing.strip.pixmaps) == len(tiles) > 4, timeout=PATIENCE_MS)
    two_keys.projects._save_to(path)
    qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)
    assert load_project(path).picture.timeline == session.picture.timeline
    session.undo(PICTURES)
    assert len(session.picture.timeline.keyframes) == 1
    for part in playing.panel.findChildren(QWidget):
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.objectName().startswith("timeline"):
            assert part.accessibleName(), part.objectName()
            assert part.toolTip(), part.objectName()


def test_what_is_scrubbed_is_only_shown_until_it_is_taken(
    two_keys: StudioApp, at_rest: Pixels, qtbot: QtBot
) -> None:
    studio, playhead, session = two_keys, two_keys.rooms.playing.playhead, two_keys.session
    second, document, steps = at_rest(), session.picture, session.picture_history.labels
    shown = {parked(studio, qtbot, lambda t=t: playhead.scrub(t, True)) for t in (0.0, 0.5, 1.0, 1.5)}
    assert len(shown) == 4
    assert parked(studio, qtbot, lambda: playhead.scrub(2.0, True)) == second
    assert (session.picture, session.picture_history.labels) == (document, steps)
    qtbot.keyClick(studio.pictures.canvas, Qt.Key.Key_Escape)
    assert at_rest() == second
    first = parked(studio, qtbot, lambda: playhead.scrub(0.0, True))
    qtbot.keyClick(studio.pictures.canvas, Qt.Key.Key_Return)
    assert at_rest() == first
    assert session.picture_history.labels[-1] == "Take the picture at 0:00.0"
    assert session.picture.latent == session.picture.timeline.keyframes[0].latent


def test_a_slider_leads_back_and_its_picture_updates_a_keyframe(
    two_keys: StudioApp, at_rest: Pixels, qtbot: QtBot
) -> None:
    session, playing = two_keys.session, two_keys.rooms.playing
    parked(two_keys, qtbot, lambda: playing.playhead.scrub(1.0, True))
    session.move_latent(two_keys.pictures.infos["paintings-gan"].directions[0].name, 1.0)
    assert not playing.playhead.is_parked
    moved = at_rest()
    playing.keyframing.choose(-1)
    two_keys.window.commands.refresh()
    playing.keyframing.choose(1)
    two_keys.window.commands.action("timeline-update").trigger()
    assert session.picture.timeline.keyframes[1].latent == session.picture.latent
    assert parked(two_keys, qtbot, lambda: playing.playhead.scrub(2.0, True)) == moved


def test_space_plays_in_real_time_pauses_and_ends(two_keys: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    studio, playhead = two_keys, two_keys.rooms.playing.playhead
    second, document, canvas = at_rest(), two_keys.session.picture, two_keys.pictures.canvas
    studio.rooms.playing.keyframing.go_to_key(-1)
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert playhead.is_playing
    qtbot.waitUntil(lambda: playhead.time_s > 0.4, timeout=PATIENCE_MS)
    parked(studio, qtbot, lambda: qtbot.keyClick(canvas, Qt.Key.Key_Space))
    assert playhead.is_parked
    assert not playhead.is_playing
    assert studio.session.picture == document
    playhead.move(1.7)
    assert parked(studio, qtbot, playhead.toggle_play) == second
    assert playhead.time_s == 2.0


def test_keyframes_are_dragged_on_the_track(two_keys: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    studio = two_keys
    track = studio.rooms.playing.panel.track
    scale = track.state.scale
    start, end = QPoint(scale.x_of(2.0), 32), QPoint(scale.x_of(3.0), 32)
    qtbot.mousePress(track, LEFT, pos=start)
    for step in range(1, 9):
        QTest.mouseMove(track, start + (end - start) * step / 8)
    qtbot.mouseRelease(track, LEFT, pos=end)
    assert [key.time_s for key in studio.session.picture.timeline.keyframes] == [0.0, 3.0]
    assert studio.session.picture_history.labels[-2:] == ("Keep as a keyframe", "Move a keyframe")
    at_rest()


def test_a_performance_becomes_keyframes_in_one_step(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot
) -> None:
    at_rest()
    studio.window.commands.action("timeline-record").trigger()
    playhead = studio.rooms.playing.playhead
    assert playhead.is_recording
    slider = studio.window.findChild(QSlider, "latent-slider-0-slider")
    assert slider is not None
    middle = slider.rect().center()
    qtbot.mousePress(slider, LEFT, pos=middle)
    for step in range(24):
        qtbot.mouseMove(slider, middle + QPoint(3 * step, 0))
        qtbot.wait(12)
    qtbot.mouseRelease(slider, LEFT, pos=middle + QPoint(72, 0))
    studio.window.commands.action("timeline-record").trigger()
    timeline = studio.session.picture.timeline
    assert len(timeline.keyframes) >= 2
    assert timeline.keyframes[0].latent.offsets == ()
    assert timeline.keyframes[-1].latent == studio.session.picture.latent
    assert len(studio.session.picture_history.labels) == 2
    assert studio.session.picture_history.labels[1] == "Record a performance"
    final = at_rest()
    assert parked(studio, qtbot, lambda: playhead.scrub(timeline.duration_s, True)) == final


def test_a_film_is_the_same_twice_and_one_that_is_stopped_leaves_nothing(
    two_keys: StudioApp, qtbot: QtBot, tmp_path: Path
) -> None:
    studio, playing = two_keys, two_keys.rooms.playing
    playing.keyframing.retime(0.25)
    films = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    for path in films:
        playing.filming.export(str(path), FilmChoice("mp4", 160, 12, "best"))
        qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)
    assert films[0].read_bytes() == films[1].read_bytes()
    with av.open(str(films[0])) as found:
        assert len(list(found.decode(video=0))) == 6
    playing.keyframing.set_length(600.0)
    serial = playing.filming.export(str(tmp_path / "c.mp4"), FilmChoice())
    qtbot.waitUntil(lambda: studio.window.progress.serial == serial, timeout=PATIENCE_MS)
    studio.window.progress.cancel_requested.emit(serial)
    qtbot.waitUntil(studio.window.progress.isHidden, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: sorted(tmp_path.glob("*.mp4")) == films, timeout=PATIENCE_MS)


def test_the_form_exports_what_is_chosen_and_remembers_it(
    two_keys: StudioApp, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = two_keys
    path = tmp_path / "walk.gif"
    monkeypatch.setattr(
        "studio.ui.picture.filming.QFileDialog.getSaveFileName", lambda *_: (str(tmp_path / "walk"), "")
    )
    form = studio.rooms.playing.filming.ask()
    assert not form.isModal()
    form.kind.setCurrentIndex(2)
    form.size_box.setEditText("64 px")
    form.fps.setValue(10)
    assert "20 frames" in form.summary.text()
    assert "64 × 64" in form.summary.text()
    form.export_button.click()
    qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)
    studio.window.close()
    assert load_settings().settings.film == FilmChoice("gif", 64, 10)
