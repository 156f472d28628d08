"""TransportRow: play, record and loop; what can be done with keyframes; way, easing, rate and length. GUI thread.

Invariant: only the person's hand emits; `show_...` does not.
"""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from studio.core.timeline import EASINGS, MAX_FPS, MAX_SECONDS, WAYS, Timeline
from studio.ui.common.icon_button import IconButton
from studio.ui.picture.timeline.scale import time_words


class TransportRow(QWidget):
    """Signals are the person's wishes."""

    way_chosen = Signal(str)
    easing_chosen = Signal(str)
    fps_chosen = Signal(int)
    length_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.previous = _button("skip-previous", "timeline-previous", self.tr("Previous keyframe (Ctrl+,)"))
        self.play = _button("play", "timeline-play", self.tr("Play or pause (Space on the canvas or here)"))
        self.next = _button("skip-next", "timeline-next", self.tr("Next keyframe (Ctrl+.)"))
        self.loop = _button(
            "repeat", "timeline-loop", self.tr("Loop: back to the first keyframe without a seam")
        )
        self.record = _button(
            "record",
            "timeline-record",
            self.tr("Record: what you do with the sliders becomes keyframes (Shift+R)"),
        )
        self.time = QLabel(objectName="timeline-time")
        self.take = _button(
            "check", "timeline-take", self.tr("Take this picture: the sliders go where it is (Enter)")
        )
        self.add = _button("plus", "timeline-add", self.tr("Keep the picture as a keyframe (K)"))
        self.update_key = _button("sync", "timeline-update", self.tr("Update the chosen keyframe (U)"))
        self.delete = _button("delete-outline", "timeline-delete", self.tr("Delete the keyframe (Delete)"))
        self.export = _button(
            "movie-open-outline", "timeline-export", self.tr("Export video… (Ctrl+Shift+V)")
        )
        self.way = _combo("timeline-way", self.tr("Way from keyframe to keyframe"))
        self.easing = _combo("timeline-easing", self.tr("Easing after the chosen keyframe (1 to 5)"))
        self.fps = QSpinBox(objectName="timeline-fps")
        self.length = QDoubleSpinBox(objectName="timeline-length")
        self._fill()
        self._lay_out()
        self._connect()

    def show_timeline(self, timeline: Timeline, selected: int | None) -> None:
        """Show what it says, and the easing of the chosen keyframe."""
        parts = (self.way, self.easing, self.fps, self.length, self.loop)
        blockers = [QSignalBlocker(part) for part in parts]
        has_keys, chosen = bool(timeline.keyframes), selected is not None
        self.way.setCurrentIndex(WAYS.index(timeline.way))
        self.loop.setChecked(timeline.closed)
        self.fps.setValue(timeline.fps)
        self.length.setValue(timeline.duration_s)
        if selected is not None:
            self.easing.setCurrentIndex(EASINGS.index(timeline.keyframes[selected].easing))
        for always in (self.play, self.previous, self.next, self.loop, self.length, self.export):
            always.setEnabled(has_keys)
        for one in (self.easing, self.update_key, self.delete):
            one.setEnabled(chosen)
        del blockers

    def show_time(self, time_s: float, duration_s: float) -> None:
        self.time.setText(f"{time_words(time_s)} / {time_words(duration_s)}")

    def show_playing(self, playing: bool) -> None:
        """Whether the button says play or pause."""
        self.play.show_icon("pause" if playing else "play")
        self.play.setAccessibleName(self.tr("Pause") if playing else self.tr("Play"))

    def show_recording(self, recording: bool) -> None:
        with QSignalBlocker(self.record):
            self.record.setChecked(recording)

    def show_parked(self, parked: bool) -> None:
        """Whether the canvas shows the timeline's picture instead of that of the sliders."""
        self.take.setEnabled(parked)

    def _fill(self) -> None:
        for part in (self.loop, self.record):
            part.setCheckable(True)
        ways = (self.tr("Sphere"), self.tr("Straight"), self.tr("Spline"))
        hints = (
            self.tr("On the sphere of z: every picture on the way is a likely one"),
            self.tr("A straight line in w: the shortest way"),
            self.tr("A smooth curve in w through all keyframes, without stopping"),
        )
        for i, (title, hint) in enumerate(zip(ways, hints, strict=True)):
            self.way.addItem(title)
            self.way.setItemData(i, hint, Qt.ItemDataRole.ToolTipRole)
        self.easing.addItems(list(easing_titles(self).values()))
        self.fps.setRange(1, MAX_FPS)
        self.fps.setSuffix(self.tr(" fps"))
        self.length.setRange(0.0, MAX_SECONDS)
        self.length.setDecimals(2)
        self.length.setSingleStep(0.5)
        self.length.setSuffix(self.tr(" s"))
        for box, words in (
            (self.fps, self.tr("Frames a second")),
            (self.length, self.tr("Length in seconds")),
        ):
            box.setAccessibleName(words)
            box.setToolTip(words)
            box.setKeyboardTracking(False)
            box.setProperty("role", "plain")
            box.lineEdit().setTextMargins(4, 0, 4, 0)
        self.fps.setFixedWidth(56)
        self.length.setFixedWidth(64)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(0)
        for part in (self.previous, self.play, self.next, self.loop, self.record):
            row.addWidget(part)
        row.addSpacing(4)
        self.time.setProperty("role", "soft")
        self.time.setAccessibleName(self.tr("Time and length"))
        self.time.setMinimumWidth(self.time.fontMetrics().horizontalAdvance("0:00.0 / 0:00.0"))
        row.addWidget(self.time)
        row.addSpacing(4)
        for part in (self.take, self.add, self.update_key, self.delete):
            row.addWidget(part)
        row.addStretch(1)
        for setting in (self.way, self.easing, self.fps, self.length, self.export):
            row.addSpacing(4)
            row.addWidget(setting)

    def _connect(self) -> None:
        self.way.activated.connect(lambda index: self.way_chosen.emit(WAYS[index]))
        self.easing.activated.connect(lambda index: self.easing_chosen.emit(EASINGS[index]))
        self.fps.valueChanged.connect(self.fps_chosen)
        self.length.valueChanged.connect(self.length_chosen)


def easing_titles(teller: QWidget) -> dict[str, str]:
    """The easings in words."""
    words = (
        teller.tr("Even"), teller.tr("Ease in"), teller.tr("Ease out"), teller.tr("Ease"), teller.tr("Hold")
    )  # fmt: skip
    return dict(zip(EASINGS, words, strict=True))


def _button(icon_name: str, name: str, words: str) -> IconButton:
    button = IconButton(icon_name, words)
    button.setObjectName(name)
    return button


def _combo(name: str, words: str) -> QComboBox:
    combo = QComboBox(objectName=name)
    combo.setAccessibleName(words)
    combo.setToolTip(words)
    combo.setFixedWidth(82)
    return combo
