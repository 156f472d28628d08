"""Lanes: below the notes, velocities, one controller or the tempo, and the button that chooses which. GUI thread."""

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QStackedWidget, QToolButton, QWidget

from studio.core.control import BEND, EXPRESSION, MODULATION, PAN, PRESSURE, PROGRAM, SUSTAIN, VOLUME, without
from studio.core.time_edits import tempos_erased
from studio.ui.music.pianoroll.control_lane import ControlLane
from studio.ui.music.pianoroll.keyboard import KEYS_WIDTH_PX
from studio.ui.music.pianoroll.state import RollState
from studio.ui.music.pianoroll.tempo_lane import TempoLane
from studio.ui.music.pianoroll.velocity import LANE_HEIGHT_PX, VelocityLane

VELOCITY, TEMPO = -1, -2
OFFERED = (SUSTAIN, EXPRESSION, MODULATION, BEND, PRESSURE, VOLUME, PAN)


class Lanes(QStackedWidget):
    """Shows one lane at a time. `chooser` stands beside it, under the keys."""

    lane_changed = Signal()

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(LANE_HEIGHT_PX)
        if parent is not None:
            self.setFocusProxy(parent)  # where a lane gives the focus to
        self._state = state
        self.shown = VELOCITY
        self.velocities, self.control = VelocityLane(state, self), ControlLane(state, self)
        self.tempo = TempoLane(state, self)
        for lane in (self.velocities, self.control, self.tempo):
            self.addWidget(lane)
        self.chooser = _Chooser(parent)
        self.chooser.menu().aboutToShow.connect(self._fill_menu)
        self.show_lane(VELOCITY)

    def show_lane(self, lane: int) -> None:
        """VELOCITY, TEMPO, or the number of a controller."""
        self.shown = lane
        if lane >= 0:
            self.control.use(lane, lane_name(lane))
        self.setCurrentWidget({VELOCITY: self.velocities, TEMPO: self.tempo}.get(lane, self.control))
        short = {EXPRESSION: self.tr("Expr."), MODULATION: self.tr("Mod."), PRESSURE: self.tr("Press.")}
        self.chooser.setText(short.get(lane, lane_name(lane)))
        self.lane_changed.emit()

    def show_and_enter(self, lane: int) -> None:
        """Show a lane, and let the keyboard act on it."""
        self.show_lane(lane)
        self.enter()

    @property
    def takes_keys(self) -> bool:
        """Velocities change by the keys of the notes themselves."""
        return self.shown != VELOCITY

    def enter(self) -> None:
        self.currentWidget().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_next(self) -> None:
        """The lane after this one, round and round."""
        lanes = self._all()
        at = lanes.index(self.shown) if self.shown in lanes else -1
        self.show_lane(lanes[(at + 1) % len(lanes)])

    @property
    def can_clear(self) -> bool:
        return self.shown in self._used()

    def clear(self) -> None:
        """Take away all that the shown controller does on this track, or all changes of tempo."""
        state = self._state
        if self.shown == TEMPO:
            state.commit(tempos_erased(state.score, 1, 1 << 60), "Clear a course")
            return
        after = without(state.track.controls, self.shown)
        state.commit(state.score.with_controls(state.track_index, after), "Clear a course")

    def _used(self) -> set[int]:
        tempo = {TEMPO} if len(self._state.score.tempos) > 1 else set()
        return ({control.controller for control in self._state.track.controls} | tempo) - {PROGRAM}

    def _all(self) -> tuple[int, ...]:
        return (VELOCITY, *OFFERED, TEMPO, *sorted(self._used() - {TEMPO, *OFFERED}))

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
        words = self.tr("What is shown below the notes: velocities, the tempo, or a controller")
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
        TEMPO: tr("Tempo"),
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
