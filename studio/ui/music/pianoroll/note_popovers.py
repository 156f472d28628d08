"""The forms that shape notes by amounts: quantise, swing, humanise, velocity, stretch. GUI thread.

The forms hold what was last chosen; the commands without a form use that.
"""

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QSpinBox, QWidget

from studio.core import note_edits
from studio.core.quantising import Quantising, quantised
from studio.core.score import TICKS_PER_QUARTER, Note, Score
from studio.ui.music.pianoroll.fields import percent, show_value, slider, value_of
from studio.ui.music.pianoroll.live_popover import LivePopover
from studio.ui.music.pianoroll.popover import named
from studio.ui.music.pianoroll.state import RollState
from studio.ui.music.snap import SNAPS

USUAL_SWING, TRIPLET_SWING = 50.0, 66.7


class GridBox(QComboBox):
    """Which grid: the one above the notes, or another one."""

    def __init__(self, name: str, state: RollState) -> None:
        super().__init__(objectName=name)
        self._state = state
        self.setAccessibleName(self.tr("Grid"))
        self.addItem("", None)
        for snap in SNAPS:
            if snap.ticks:
                self.addItem(snap.label, snap)
        self.show_current()

    def show_current(self) -> None:
        """Say which grid it is that stands above the notes."""
        self.setItemText(0, self.tr("As above ({0})").format(self._state.snap.label))

    @property
    def ticks(self) -> int:
        chosen = self.currentData()
        return (chosen or self._state.snap).length_ticks


class QuantisePopover(LivePopover):
    """Grid, strength, swing, ends, and what is left alone."""

    def __init__(self, state: RollState, parent: QWidget) -> None:
        super().__init__("quantise-popover", tr("Quantise"), state, parent)
        self.first = self.grid = GridBox("quantise-grid", state)
        self.strength = slider("quantise-strength", tr("Strength"), (0, 100, 100), "%",
                                tr("How far each note goes towards its line; do it twice to come nearer"))  # fmt: skip
        self.swing = slider("quantise-swing", tr("Swing"), (50, 75, USUAL_SWING), "%",
                             tr("Where every second line stands: 50 % straight, 67 % as in a triplet"))  # fmt: skip
        self.ends = QCheckBox(tr("Ends too"), objectName="quantise-ends")
        self.nearer = percent("quantise-nearer", tr("Leave alone what is nearer than"), 0)
        self.further = percent("quantise-further", tr("Leave alone what is further than"), 100)
        self.form.addRow(tr("Grid"), self.grid)
        for row in (self.strength, self.swing, self.ends):
            self.form.addRow(row)
        margins = QLabel(tr("Leave alone what is (100% is half a step)"))
        margins.setProperty("role", "soft")
        self.form.addRow(margins)
        self.form.addRow(tr("nearer than"), self.nearer)
        self.form.addRow(tr("further than"), self.further)
        self.follow(self.grid, self.strength, self.swing, self.ends, self.nearer, self.further)

    @property
    def settings(self) -> Quantising:
        return Quantising(
            self.grid.ticks,
            self.strength.value / 100,
            self.swing.value / 100,
            self.ends.isChecked(),
            self.nearer.value() / 100,
            self.further.value() / 100,
        )

    def ask(self) -> None:
        self.grid.show_current()
        super().ask()

    def shaped(self, notes: tuple[Note, ...], score: Score) -> Sequence[Note]:
        return quantised(notes, score, self.settings)


class SwingPopover(LivePopover):
    """How late every second line of the grid comes."""

    def __init__(self, state: RollState, parent: QWidget) -> None:
        super().__init__("swing-popover", tr("Swing"), state, parent)
        self.grid = GridBox("swing-grid", state)
        self.amount = slider("swing-amount", tr("Amount"), (50, 75, TRIPLET_SWING), "%",
                              tr("50 % straight, 67 % as in a triplet, 75 % dotted"))  # fmt: skip
        self.first = self.amount.slider
        self.form.addRow(tr("Grid"), self.grid)
        self.form.addRow(self.amount)
        self.follow(self.grid, self.amount)

    def ask(self) -> None:
        self.grid.show_current()
        super().ask()

    def shaped(self, notes: tuple[Note, ...], score: Score) -> Sequence[Note]:
        return note_edits.swung(notes, self.grid.ticks, 2 * self.amount.value / 100 - 1)


class HumanisePopover(LivePopover):
    """How far chance may move notes in time and loudness."""

    def __init__(self, state: RollState, parent: QWidget) -> None:
        super().__init__("humanise-popover", tr("Humanise"), state, parent)
        self.time = slider(
            "humanise-time", tr("Time"), (0, 60, 12), " ms", tr("Most notes move less than this")
        )
        self.loudness = slider("humanise-loudness", tr("Loudness"), (0, 40, 8), "",
                                tr("Most velocities change less than this"))  # fmt: skip
        self.dice = QPushButton(tr("Other chances"), objectName="humanise-dice")
        self.dice.clicked.connect(self._throw)
        self.first = self.time.slider
        for row in (self.time, self.loudness, self.dice):
            self.form.addRow(row)
        self._seed = 0
        self.follow(self.time, self.loudness)

    def once(self) -> None:
        self._seed += 1
        super().once()

    def ask(self) -> None:
        self._seed += 1
        super().ask()

    def shaped(self, notes: tuple[Note, ...], score: Score) -> Sequence[Note]:
        bpm = score.tempo_at(notes[0].start_ticks).bpm
        ticks = self.time.value / 1000 * bpm / 60 * TICKS_PER_QUARTER
        return note_edits.humanised(notes, self._seed, ticks, self.loudness.value)

    def _throw(self) -> None:
        self._seed += 1
        self.preview()


class VelocityPopover(LivePopover):
    """Louder or softer in proportion, all the same, or from one loudness to another."""

    def __init__(self, state: RollState, parent: QWidget) -> None:
        super().__init__("velocity-popover", tr("Velocity"), state, parent)
        self.way = QComboBox(objectName="velocity-way")
        self.way.setAccessibleName(tr("What happens to the velocities"))
        self.way.addItems([tr("In proportion"), tr("All the same"), tr("From … to")])
        self.scale = slider("velocity-scale", tr("Of what it was"), (0, 200, 100), "%", "")
        self.same = slider("velocity-same", tr("Velocity"), (1, 127, 90), "", "")
        self.start = slider("velocity-from", tr("From"), (1, 127, 50), "", "")
        self.end = slider("velocity-to", tr("To"), (1, 127, 110), "", "")
        self.first = self.way
        for row in (self.way, self.scale, self.same, self.start, self.end):
            self.form.addRow(row)
        self.way.currentIndexChanged.connect(self._show_fields)
        self._show_fields(0)
        self.follow(self.way, self.scale, self.same, self.start, self.end)

    def ask(self) -> None:
        """In proportion begins with what is there."""
        self.scale.show_value(100)
        super().ask()

    def shaped(self, notes: tuple[Note, ...], score: Score) -> Sequence[Note]:
        way = self.way.currentIndex()
        if way == 0:
            return note_edits.velocities_scaled(notes, self.scale.value / 100)
        same = round(self.same.value)
        ends = (same, same) if way == 1 else (round(self.start.value), round(self.end.value))
        return note_edits.velocities_ramped(notes, *ends)

    def _show_fields(self, way: int) -> None:
        fields = ((self.scale,), (self.same,), (self.start, self.end))
        for number, group in enumerate(fields):
            for field in group:
                self.form.setRowVisible(field, number == way)
        self.adjustSize()


class StretchPopover(LivePopover):
    """Times and lengths in proportion, or to fill a number of bars."""

    def __init__(self, state: RollState, parent: QWidget) -> None:
        super().__init__("stretch-popover", tr("Stretch"), state, parent)
        self.share = slider(
            "stretch-share", tr("To"), (10, 400, 100), "%", tr("Of the time that it takes now")
        )
        self.fills = QCheckBox(tr("Fill so many bars"), objectName="stretch-fills")
        self.bars = QSpinBox(objectName="stretch-bars", enabled=False)
        self.bars.setRange(1, 999)
        named(self.bars, tr("How many bars to fill"))
        self.first = self.share.slider
        self.form.addRow(self.share)
        self.form.addRow(self.fills, self.bars)
        self.fills.toggled.connect(self.bars.setEnabled)
        self.fills.toggled.connect(self.share.setDisabled)
        self.follow(self.share, self.fills, self.bars)

    def ask(self) -> None:
        """It begins with what is there."""
        self.share.show_value(100)
        self.fills.setChecked(False)
        super().ask()

    def shaped(self, notes: tuple[Note, ...], score: Score) -> Sequence[Note]:
        if not self.fills.isChecked():
            return note_edits.stretched(notes, round(self.share.value), 100)
        start, end = notes[0].start_ticks, max(note.end_ticks for note in notes)
        whole = score.bar_start(score.bar_of(start) + self.bars.value())
        return note_edits.stretched(notes, max(1, whole - start), end - start)


class NotePopovers(QObject):
    """All of them, over the notes; one shows at a time."""

    def __init__(self, state: RollState, parent: QWidget) -> None:
        super().__init__(parent)
        self.quantise, self.swing = QuantisePopover(state, parent), SwingPopover(state, parent)
        self.humanise, self.velocity = HumanisePopover(state, parent), VelocityPopover(state, parent)
        self.stretch = StretchPopover(state, parent)

    @property
    def amounts(self) -> dict[str, float]:
        """What all fields hold, by their names: to be kept for the next start."""
        return {field.objectName(): value_of(field) for field in self._fields()}

    def show_amounts(self, amounts: Mapping[str, float]) -> None:
        """What fields held when the program ended; those that are not told stay as they are."""
        for field in self._fields():
            if field.objectName() in amounts:
                show_value(field, amounts[field.objectName()])

    def _fields(self) -> Iterator[QWidget]:
        for form in (self.quantise, self.swing, self.humanise, self.velocity, self.stretch):
            yield from form.fields


def tr(text: str) -> str:
    return QCoreApplication.translate("NotePopovers", text)
