"""A duet with the bundled model in the whole application, offscreen and in real time: how soon an answer shows, and how
near to the bar line it begins. The first time is that of the click with which the metronome marks the bar."""

import sys
from itertools import pairwise
from time import perf_counter

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from studio.app import SWITCH_INTERVAL_S, StudioApp
from studio.audio import player
from studio.audio.output import SilentOutput
from studio.core.duet_rules import State
from studio.core.performance import NoteEvent, is_drum
from studio.core.session import MUSIC
from studio.core.settings import Settings
from tests.benchmarks.report import Line, Report, percentile

TURNS, BPM, BAR, BEAT = 8, 150, 1920, 480
PHRASES = ((60, 64, 67, 72), (72, 71, 67, 64), (62, 65, 69, 67), (67, 64, 62, 60))


def measure(report: Report) -> None:
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    output, plain = SilentOutput(), player.Player
    player.Player = lambda *_: plain(lambda: output)  # type: ignore[misc, assignment]
    try:
        studio = StudioApp(app, Settings(welcome_seen=True), "cpu")
        studio.start()
        _wait(lambda: studio.window.commands is not None)
        studio.window.show_desk(MUSIC)
        _wait(lambda: bool(studio.music.cowriter._loaded))
        report.section(
            f"Duet: {TURNS} turns of a bar each at {BPM} a minute, {studio.music.cowriter.card.id}"
        )
        _measure(report, studio, output)
    finally:
        player.Player = plain  # type: ignore[misc]
        studio.window.close()
        studio.window.deleteLater()
        app.processEvents()


def _measure(report: Report, studio: StudioApp, output: SilentOutput) -> None:
    music, duet = studio.music, studio.music.duetting
    studio.session.change_score(studio.session.score.with_tempo(BPM), "Tempo")
    box = duet.panel.when_box
    box.setCurrentIndex(box.findData(1))
    music.transport.metronome_button.click()
    waited: list[float] = []
    ahead: dict[int, float] = {}
    pressed = [0.0]

    def shown() -> None:
        answer = duet.duet.answer
        if answer is None or duet.duet.state is not State.SHOWN:
            return
        if pressed[0]:
            waited.append((perf_counter() - pressed[0]) * 1000)
            pressed[0] = 0.0
        left = answer.start - duet.duet.now
        ahead.setdefault(answer.start, left / BEAT)

    duet.answer_shown.connect(shown)
    duet.start()
    for turn in range(TURNS):
        start = 2 * turn * BAR
        for number, pitch in enumerate(PHRASES[turn % len(PHRASES)]):
            _until(studio, start + number * BEAT - 60 * (number == 3))
            if number == 3:
                pressed[0] = perf_counter()  # the last key, after the model was asked: it is asked again
            music.recorder.press(pitch, 80)
            _until(studio, start + number * BEAT + 200)
            music.recorder.let_go(pitch)
        _until(studio, start + 2 * BAR)
    duet.stop()
    _report(report, waited, ahead, _errors_ms(studio, output))


def _report(report: Report, waited: list[float], ahead: dict[int, float], errors: list[float]) -> None:
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        value = percentile(waited, share)
        report.add(
            Line(f"last key of the call to its answer on the screen, {name}", value, "ms", goal="<= 100 ms")
        )
    report.add(
        Line(
            "the first sight of an answer before it sounds, least", min(ahead.values()), "beats", goal=">= 1"
        )
    )
    late = [start for start in ahead if start // BAR % 2 == 0]
    report.add(Line("answers that had to wait for another bar", float(len(late)), "", goal="0"))
    for name, share in (("p50", 0.5), ("worst", 1.0)):
        value = percentile([abs(error) for error in errors], share)
        report.add(Line(f"onsets of answers against the metronome, {name}", value, "ms", goal="<= 3 ms"))


def _errors_ms(studio: StudioApp, output: SilentOutput) -> list[float]:
    """Of each note of the answers: when it began, against the click of its bar."""
    answers = studio.session.score.tracks[1]
    ons = [(at, event) for at, event in output.sent if isinstance(event, NoteEvent) and event.on]
    strong = [at for at, event in ons if is_drum(event.channel) and event.pitch == 76]
    bars = [strong[0], *(after for before, after in pairwise(strong) if after - before > 0.1)]
    sounded = sorted(at for at, event in ons if event.channel == answers.channel and event.velocity)
    beat = 60 / BPM
    expected = [bars[n.start_ticks // BAR] + n.start_ticks % BAR / BEAT * beat for n in answers.notes]
    if len(sounded) != len(expected):
        raise AssertionError(f"{len(sounded)} notes sounded, {len(expected)} stand in the score")
    return [(at - wish) * 1000 for at, wish in zip(sounded, expected, strict=True)]


def _until(studio: StudioApp, ticks: int) -> None:
    _wait(lambda: studio.music.playback.heard_ticks >= ticks)


def _wait(happened: object) -> None:
    """Let the window live until something is so."""
    assert callable(happened)
    loop, look = QEventLoop(), QTimer(interval=2)
    look.timeout.connect(lambda: loop.quit() if happened() else None)
    look.start()
    loop.exec()
    look.stop()
