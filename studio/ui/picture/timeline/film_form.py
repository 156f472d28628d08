"""FilmForm: how the timeline is exported: kind of file, size, rate, quality and how often it goes round. GUI thread."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.core.settings import FilmChoice
from studio.core.timeline import MAX_FPS, Timeline
from studio.files.video import LARGEST_PX, QUALITIES, even_size
from studio.ui.picture.timeline.film_kinds import KINDS, kind_titles
from studio.ui.picture.timeline.scale import time_words

SIZES_PX = (0, 256, 512, 720, 1024, 1080, 2048)


class FilmForm(QDialog):
    """Not modal: the work goes on beside it. `export_requested` gives the FilmChoice."""

    export_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("film-form")
        self.setWindowTitle(self.tr("Export video"))
        self.setModal(False)
        self._timeline, self._own = Timeline(), (0, 0)
        self.kind = _combo("film-kind", self.tr("Kind of file"), list(kind_titles().values()))
        self.size_box = QComboBox(objectName="film-size", editable=True)
        self.fps = _spin("film-fps", self.tr("Frames a second"), 1, MAX_FPS)
        qualities = [self.tr("Small file"), self.tr("Good"), self.tr("Best")]
        self.quality = _combo("film-quality", self.tr("Quality"), qualities)
        self.loops = _spin("film-loops", self.tr("How often it goes round"), 0, 1000)
        self.summary = QLabel(objectName="film-summary", wordWrap=True)
        self.cancel_button = QPushButton(self.tr("Cancel"), objectName="film-cancel")
        self.export_button = QPushButton(self.tr("Export…"), objectName="film-export", default=True)
        self._lay_out()
        self._connect()

    @property
    def choice(self) -> FilmChoice:
        """What is chosen now; a rate that is the timeline's own is kept as 0, so that it follows it."""
        fps = self.fps.value()
        return FilmChoice(
            kind=list(KINDS)[self.kind.currentIndex()],  # type: ignore[arg-type]
            size=self._size(),
            fps=0 if fps == self._timeline.fps else fps,
            quality=QUALITIES[self.quality.currentIndex()],
            loops=self.loops.value(),
        )

    def show_choice(self, choice: FilmChoice, timeline: Timeline, own: tuple[int, int]) -> None:
        """Show the last choice for a timeline; own: the size that its pictures have."""
        self._timeline, self._own = timeline, own
        self.kind.setCurrentIndex(list(KINDS).index(choice.kind))
        self.size_box.setCurrentText(self._size_words(choice.size))
        self.fps.setValue(choice.fps or timeline.fps)
        self.quality.setCurrentIndex(QUALITIES.index(choice.quality))
        self.loops.setValue(choice.loops)
        self._summarise()

    def _size(self) -> int:
        """What stands in the box as px; words without a number are the own size."""
        digits = "".join(ch for ch in self.size_box.currentText().split("px")[0] if ch.isdecimal())
        own = self.size_box.currentText() == self._size_words(0)
        return 0 if own or not digits else min(LARGEST_PX, max(16, int(digits)))

    def _size_words(self, size: int) -> str:
        return self.tr("{} px").format(size) if size else self.tr("As the model draws it")

    def _summarise(self) -> None:
        """What will be made, in one line; what the kind does not know is off."""
        choice, timeline = self.choice, self._timeline
        is_note = choice.kind in ("gif", "webp")
        self.quality.setEnabled(choice.kind not in ("gif", "png"))
        self.loops.setSpecialValueText(self.tr("For ever") if is_note else self.tr("Once"))
        width, height = even_size(*self._own, choice.size) if min(self._own) else (0, 0)
        count = timeline.count(self.fps.value()) * (1 if is_note else max(1, choice.loops))
        words = self.tr("{} frames, {}").format(count, time_words(count / self.fps.value()))
        self.summary.setText(f"{words}, {width} × {height} px" if width else words)

    def _lay_out(self) -> None:
        for size in SIZES_PX:
            self.size_box.addItem(self._size_words(size))
        self.size_box.setAccessibleName(self.tr("Longer side"))
        self.size_box.setToolTip(self.tr("The longer side; any number of px can be typed"))
        self.fps.setSuffix(self.tr(" fps"))
        self.loops.setSuffix(self.tr(" times"))
        self.summary.setProperty("role", "soft")
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        for words, part in (
            (self.tr("Kind"), self.kind), (self.tr("Longer side"), self.size_box), (self.tr("Rate"), self.fps),
            (self.tr("Quality"), self.quality), (self.tr("Goes round"), self.loops),
        ):  # fmt: skip
            part.setMinimumWidth(200)
            form.addRow(words, part)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.summary)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self.export_button.setProperty("role", "primary")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.export_button)
        return row

    def _connect(self) -> None:
        for box in (self.kind, self.quality, self.size_box):
            box.currentTextChanged.connect(self._summarise)
        for spin in (self.fps, self.loops):
            spin.valueChanged.connect(self._summarise)
        self.cancel_button.clicked.connect(self.close)
        self.export_button.clicked.connect(self._export)

    def _export(self) -> None:
        self.close()
        self.export_requested.emit(self.choice)


def _combo(name: str, words: str, items: list[str]) -> QComboBox:
    combo = QComboBox(objectName=name)
    combo.setAccessibleName(words)
    combo.setToolTip(words)
    combo.addItems(items)
    return combo


def _spin(name: str, words: str, low: int, high: int) -> QSpinBox:
    spin = QSpinBox(objectName=name)
    spin.setAccessibleName(words)
    spin.setToolTip(words)
    spin.setRange(low, high)
    spin.setProperty("role", "plain")
    spin.lineEdit().setTextMargins(2, 0, 2, 0)
    return spin
