"""Lanes: below the notes, velocities or one controller, and the button that chooses which. GUI thread."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QStackedWidget, QToolButton, QWidget

from studio.core.control import BEND, EXPRESSION, MODULATION, PAN, PRESSURE, PROGRAM, SUSTAIN, VOLUME, without
from studio.ui.music.pianoroll.control_lane import ControlLane
from studio.ui.music.pianoroll.keyboard import KEYS_WIDTH_PX
from studio.ui.music.pianoroll.state import RollState
from studio.ui.music.pianoroll.velocity import LANE_HEIGHT_PX, VelocityLane

VELOCITY = -1
OFFERED = (SUSTAIN, EXPRESSION, MODULATION, BEND, PRESSURE, VOLUME, PAN)


class Lanes(QStackedWidget):
    """Shows one lane at a time. `chooser` stands beside it, under the keys."""

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(LANE_HEIGHT_PX)
        self._state = state
        self.shown = VELOCITY
        self.velocities, self.control = VelocityLane(state, self), ControlLane(state, self)
        self.addWidget(self.velocities)
        self.addWidget(self.control)
        self.chooser = _Chooser(parent)
        self.chooser.menu().aboutToShow.connect(self._fill_menu)
        self.show_lane(VELOCITY)

    def show_lane(self, lane: int) -> None:
        """VELOCITY, or the number of a controller."""
        self.shown = lane
        if lane != VELOCITY:
            self.control.use(lane, lane_name(lane))
        self.setCurrentWidget(self.velocities if lane == VELOCITY else self.control)
        short = {EXPRESSION: self.tr("Expr."), MODULATION: self.tr("Mod."), PRESSURE: self.tr("Press.")}
        self.chooser.setText(short.get(lane, lane_name(lane)))

    def show_next(self) -> None:
        """The lane after this one, round and round."""
        lanes = self._all()
        at = lanes.index(self.shown) if self.shown in lanes else -1
        self.show_lane(lanes[(at + 1) % len(lanes)])

    @property
    def can_clear(self) -> bool:
        return self.shown in self._used()

    def clear(self) -> None:
        """Take away all that the shown controller does on this track."""
        state = self._state
        after = without(state.track.controls, self.shown)
        state.commit(state.score.with_controls(state.track_index, after), "Clear a course")

    def _used(self) -> set[int]:
        return {control.controller for control in self._state.track.controls} - {PROGRAM}

    def _all(self) -> tuple[int, ...]:
        return (VELOCITY, *OFFERED, *sorted(self._used() - set(OFFERED)))

    def _fill_menu(self) -> None:
        """What is offered always, then what else the track has; lanes that hold something are marked."""
        used, menu = self._used(), self.chooser.menu()
        menu.clear()
        group = QActionGroup(menu)
        for lane in self._all():
            action = QAction(lane_name(lane) + ("  •" if lane in used else ""), menu, checkable=True)
            action.setChecked(lane == self.shown)
            action.triggered.connect(lambda _=False, lane=lane: self.show_lane(lane))
            group.addAction(action)
            menu.addAction(action)


class _Chooser(QToolButton):
    """The button in the corner; its words are the lane's name."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("lane-chooser")
        words = self.tr("What is shown below the notes: velocities, or a controller")
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setProperty("role", "lane")
        self.setFixedWidth(KEYS_WIDTH_PX - 3)
        self.setMenu(QMenu(self))


def lane_name(lane: int) -> str:
    """The name of a lane, as its menu has it."""
    names = {
        VELOCITY: tr("Velocity"),
        SUSTAIN: tr("Pedal"),
        EXPRESSION: tr("Expression"),
        MODULATION: tr("Modulation"),
        BEND: tr("Bend"),
        PRESSURE: tr("Pressure"),
        VOLUME: tr("Volume"),
        PAN: tr("Pan"),
    }
    return names.get(lane, f"CC {lane}")


def tr(text: str) -> str:
    return QCoreApplication.translate("Lanes", text)
