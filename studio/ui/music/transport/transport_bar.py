"""TransportBar: play, stop, loop, where the music is, tempo and metre, and a quiet word about the sound. GUI thread."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from studio.core.score import Score
from studio.ui.common.elided_label import ElidedLabel
from studio.ui.common.icon_button import IconButton
from studio.ui.music.transport.keys_button import KeysButton
from studio.ui.music.transport.sound_button import SoundButton
from studio.ui.music.transport.spare_row import Slot, SpareRow
from studio.ui.music.transport.tempo_box import MeterBox, TempoBox


class TransportBar(SpareRow):
    """Signals are the person's wishes; `show_...` tells nobody."""

    play_requested = Signal()
    stop_requested = Signal()
    record_requested = Signal()
    loop_toggled = Signal(bool)
    metronome_toggled = Signal(bool)
    tempo_chosen = Signal(float)
    meter_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setAccessibleName(self.tr("Transport"))
        self.play_button = _button("play", "transport-play", self.tr("Play from the playhead (Space)"))
        self.stop_button = _button("stop", "transport-stop", self.tr("Stop; once more: back to the start"))
        self.loop_button = _button(
            "repeat", "transport-loop", self.tr("Loop the marked bars, or all of it (Ctrl+L)")
        )
        self.metronome_button = _button("metronome", "transport-metronome", self.tr("Metronome (Ctrl+Alt+C)"))
        self.count_in_button = _button(
            "numeric", "transport-count-in", self.tr("Count a bar in before playing starts")
        )
        self.record_button = _button(
            "record", "transport-record", self.tr("Record what is played (Ctrl+Alt+R)")
        )
        for button in (self.loop_button, self.metronome_button, self.count_in_button, self.record_button):
            button.setCheckable(True)
        self.keys_button = KeysButton()
        self.sound_button = SoundButton()
        self.bar_label = _figure("position-bar", self.tr("Bar and beat"), "title", "000.00")
        self.time_label = _figure("position-time", self.tr("Minutes and seconds"), "soft", "00:00.0")
        self.tempo_box, self.meter_box = TempoBox(), MeterBox()
        self.problem_label = ElidedLabel()
        self.problem_label.setObjectName("sound-problem")
        self.problem_label.setProperty("role", "warning")
        self.problem_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._is_playing = False
        self._lay_out()
        self._connect()

    def show_playing(self, playing: bool) -> None:
        """Whether the button says play or pause."""
        if playing != self._is_playing:
            self._is_playing = playing
            self.play_button.show_icon("pause" if playing else "play")
            self.play_button.setAccessibleName(self.tr("Pause") if playing else self.tr("Play"))

    def show_position(self, score: Score, ticks: int) -> None:
        """Bar.beat and minutes:seconds."""
        bar = score.bar_of(ticks)
        beat = (ticks - score.bar_start(bar)) // score.meter_at(ticks).beat_ticks
        tenths = int(score.seconds_at(ticks) * 10)
        self.bar_label.setText(f"{bar + 1}.{beat + 1}")
        self.time_label.setText(f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}")

    def show_count(self, beat: int) -> None:
        """A beat that is counted in, in the place of the position."""
        self.bar_label.setText(f"– {beat}")

    def show_score(self, score: Score, ticks: int) -> None:
        """The tempo and the metre that hold at the playhead."""
        if self.tempo_box.value() != score.tempo_at(ticks).bpm:
            self.tempo_box.show_tempo(score.tempo_at(ticks))
        self.meter_box.show_meter(score.meter_at(ticks))
        self.show_position(score, ticks)

    def show_problem(self, words: str, hint: str = "") -> None:
        """Say why there is no sound, empty when there is; the hint is for the tooltip."""
        if words != self.problem_label.text():
            self.problem_label.setText(words)
            self.problem_label.setToolTip(f"{words} {hint}".strip())

    def add_at_end(self, *tools: QWidget) -> None:
        """Room for what has to do with the whole score."""
        slots = tuple(Slot(tool) for tool in tools)
        for slot in slots:
            self.row.addWidget(slot)
        self.spare = (self.time_label, *slots, self.count_in_button, self.metronome_button)

    def _lay_out(self) -> None:
        row = self.row
        row.setContentsMargins(8, 6, 12, 6)
        row.setSpacing(4)
        for button in (self.play_button, self.stop_button, self.record_button, self.loop_button):
            row.addWidget(button)
        for button in (self.metronome_button, self.count_in_button, self.keys_button):
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self.bar_label)
        row.addWidget(self.time_label)
        row.addSpacing(8)
        row.addWidget(self.tempo_box)
        row.addWidget(self.meter_box)
        row.addSpacing(8)
        row.addWidget(self.sound_button)
        row.addWidget(self.problem_label, 1)

    def _connect(self) -> None:
        self.play_button.clicked.connect(self.play_requested)
        self.stop_button.clicked.connect(self.stop_requested)
        self.loop_button.toggled.connect(self.loop_toggled)
        self.record_button.clicked.connect(self.record_requested)
        self.metronome_button.toggled.connect(self.metronome_toggled)
        self.tempo_box.tempo_chosen.connect(self.tempo_chosen)
        self.meter_box.meter_chosen.connect(self.meter_chosen)


def _button(icon_name: str, name: str, words: str) -> IconButton:
    button = IconButton(icon_name, words)
    button.setObjectName(name)
    return button


def _figure(name: str, words: str, role: str, widest: str) -> QLabel:
    """A number that changes often: its place stays as wide as the widest."""
    label = QLabel(alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    label.setObjectName(name)
    label.setAccessibleName(words)
    label.setToolTip(words)
    label.setProperty("role", role)
    label.setMinimumWidth(label.fontMetrics().horizontalAdvance(widest) + 8)
    return label
