"""MainWindow: two desks one click apart, their docks, menus and the status bar. No logic. GUI thread."""

import base64
from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QChildEvent, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDockWidget,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QTabWidget,
    QToolBar,
    QToolButton,
    QWidget,
)

from studio.core.messages import Progress
from studio.core.session import MUSIC, PICTURES
from studio.ui.commands import ALWAYS, Command, CommandSet
from studio.ui.common.progress_card import ProgressCard
from studio.ui.common.toast import Toasts
from studio.ui.status_bar import StatusBar

DockSpec = tuple[str, str, QWidget, Qt.DockWidgetArea]
MENUS = {  # title: the desk that it belongs to
    "File": ALWAYS,
    "Edit": ALWAYS,
    "Picture": PICTURES,
    "Layer": PICTURES,
    "Select": PICTURES,
    "Tools": PICTURES,
    "Timeline": PICTURES,
    "Notes": MUSIC,
    "Track": MUSIC,
    "Play": MUSIC,
    "Compose": MUSIC,
    "View": ALWAYS,
    "Help": ALWAYS,
}
STATE_VERSION = 3
FRAME = QSize(8, 40)
FIRST_PAINT_LIMIT_MS = 300


class DeskStack(QStackedWidget):
    """Only the desk that is shown decides how small the window may be."""

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()


class MainWindow(QMainWindow):
    """Shows what it is given: `add_desk` for each desk, `show_desk`, and `set_commands` once all desks have docks.

    `first_painted` comes once, when the window is on the screen: the time for all that is slow to build."""

    first_painted = Signal()
    desk_changed = Signal(str)
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("main-window")
        self.setWindowTitle(self.tr("Latent Studio"))
        self.resize(self._first_size())
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.stack = DeskStack()
        self.setCentralWidget(self.stack)
        self.status = StatusBar()
        self.setStatusBar(self.status)
        self.toasts = Toasts(self)
        self.progress = ProgressCard(self)
        self.progress.hide()
        self.commands: CommandSet | None = None
        self._desks: list[str] = []
        self._docks: dict[str, list[QDockWidget]] = {}
        self._layouts: dict[str, QByteArray] = {}
        self._arranged = False
        self._begun = False
        self._menus = {title: self.menuBar().addMenu(self.tr(title)) for title in MENUS}
        self._bar = self._build_bar()
        self._switches = QButtonGroup(self)
        self._switches.idClicked.connect(lambda index: self.show_desk(self._desks[index]))

    @property
    def desk(self) -> str:
        """The desk that is shown: "pictures" or "music"."""
        index = self.stack.currentIndex()
        return self._desks[index] if index >= 0 else PICTURES

    def add_desk(self, desk: str, title: str, centre: QWidget, docks: Sequence[DockSpec]) -> None:
        """Add a desk: its middle and what lies around it."""
        self._desks.append(desk)
        self.stack.addWidget(centre)
        self._docks[desk] = []
        self.add_docks(desk, docks)
        switch = QToolButton(text=title, checkable=True, objectName=f"desk-{desk}")
        switch.setAccessibleName(self.tr("{} desk").format(title))
        switch.setProperty("role", "desk")
        self._switches.addButton(switch, len(self._desks) - 1)
        self._bar.insertWidget(self._spacer, switch)

    def add_docks(self, desk: str, docks: Sequence[DockSpec]) -> None:
        """Add docks to a desk that is not shown yet, or all of them before the first `show_desk`. One whose widget has
        the property `tab` stands behind the dock of that name, as a tab; one with a method `set_seen` is told whether
        it can be seen, which Qt's own visibility does not say of a tab; one with the property `closed` waits in the
        View menu at first."""
        self._docks[desk].extend(self._dock(spec) for spec in docks)
        for dock in self._docks[desk]:
            front = self._front_of(dock)
            if front is not None and dock not in self.tabifiedDockWidgets(front):
                self.tabifyDockWidget(front, dock)

    def show_desk(self, desk: str) -> None:
        """Bring a desk to the front; each keeps its own arrangement of docks."""
        self._switches.button(self._desks.index(desk)).setChecked(True)
        if self._arranged and desk == self.desk:
            return
        if self._arranged:
            self._layouts[self.desk] = self.saveState(STATE_VERSION)
        for dock in self._docks[self.desk]:
            dock.hide()  # before the middle changes: else both need room at once and the window grows
        self.stack.setCurrentIndex(self._desks.index(desk))
        self._arrange(desk)
        self._arranged = True
        if self.commands is not None:
            self.commands.use_desk(desk)
        self._show_menus()
        self.desk_changed.emit(desk)

    def set_commands(self, commands: Sequence[Command], on_bar: Sequence[str]) -> None:
        """Make menus and the bar from the commands; `on_bar` names those with a button."""
        self.commands = CommandSet(self, commands)
        for title in MENUS:
            self._fill_menu(title, [command for command in commands if command.menu == title])
        for command_id in on_bar:
            self._bar.addAction(self.commands.action(command_id))
            button = self._bar.widgetForAction(self.commands.action(command_id))
            button.setObjectName(f"bar-{command_id}")
            button.setAccessibleName(self.commands.action(command_id).text())
        self.commands.use_desk(self.desk)
        self._show_menus()

    def layouts(self) -> dict[str, str]:
        """The docks' arrangement of each desk, as base64 text for the settings."""
        self._layouts[self.desk] = self.saveState(STATE_VERSION)
        return {desk: _to_text(state) for desk, state in self._layouts.items()}

    def use_layouts(self, layouts: dict[str, str]) -> None:
        """Take over arrangements kept in the settings; call before `show_desk`."""
        for desk, text in layouts.items():
            if text:
                self._layouts[desk] = QByteArray(base64.b64decode(text))

    def geometry_text(self) -> str:
        return _to_text(self.saveGeometry())

    def use_geometry(self, text: str) -> None:
        if text:
            self.restoreGeometry(QByteArray(base64.b64decode(text)))

    def show_progress(self, progress: Progress) -> None:
        """Show how far a long job is, over the foot of the desk."""
        self.progress.show_progress(progress)
        self.progress.show()
        self._place_progress()

    def end_progress(self, serial: int) -> None:
        """A job is over, whichever way."""
        if self.progress.serial == serial:
            self.progress.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_progress()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(FIRST_PAINT_LIMIT_MS, self._begin)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QTimer.singleShot(0, self._begin)

    def _begin(self) -> None:
        """Once: after the first paint, or soon after `show` where nothing is painted (started minimised)."""
        if self._begun:
            return
        self._begun = True
        if self.desk not in self._layouts:
            self._share_space(self._docks[self.desk])
        self.first_painted.emit()

    def childEvent(self, event: QChildEvent) -> None:
        """Qt makes a bar of tabs where docks share a place: a screen reader is told what it is."""
        bar = event.child()
        if event.type() == QEvent.Type.ChildPolished and isinstance(bar, QTabBar):
            bar.setObjectName("dock-tabs")
            bar.setAccessibleName(self.tr("Panels"))
        super().childEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    def _first_size(self) -> QSize:
        """1280 x 800, or what the screen has room for with a frame around it."""
        return QSize(1280, 800).boundedTo(self.screen().availableSize() - FRAME)

    def _place_progress(self) -> None:
        size = self.progress.sizeHint().expandedTo(QSize(320, 0))
        foot = self.height() - self.status.height() - size.height() - 16
        self.progress.setGeometry((self.width() - size.width()) // 2, foot, size.width(), size.height())
        self.progress.raise_()

    def _arrange(self, desk: str) -> None:
        kept = self._layouts.get(desk)
        restored = kept is not None and self.restoreState(kept, STATE_VERSION)
        for name, docks in self._docks.items():
            for dock in docks:
                dock.toggleViewAction().setVisible(name == desk)
                if not restored or name != desk:
                    dock.setVisible(name == desk and not dock.widget().property("closed"))
        if not restored:
            self._share_space(self._docks[desk])
            for front in {self._front_of(dock) for dock in self._docks[desk]} - {None}:
                front.raise_()
        self._show_titles()
        self.stack.currentWidget().setFocus()

    def _front_of(self, dock: QDockWidget) -> QDockWidget | None:
        """The dock that one stands behind as a tab; None where it stands alone."""
        name = dock.widget().property("tab")
        return self.findChild(QDockWidget, name) if name else None

    def _show_titles(self) -> None:
        """A dock among tabs has its name there, and no second one above itself."""
        for dock in self._docks[self.desk]:
            among_tabs = any(not other.isHidden() for other in self.tabifiedDockWidgets(dock))
            if among_tabs == (dock.titleBarWidget() is None):
                dock.setTitleBarWidget(QWidget() if among_tabs else None)  # type: ignore[arg-type]

    def _show_menus(self) -> None:
        """Those of the desk that is shown, and only those with something in them."""
        for title, menu in self._menus.items():
            belongs = MENUS[title] in (ALWAYS, self.desk)
            menu.menuAction().setVisible(belongs and (self.commands is None or not menu.isEmpty()))

    def _share_space(self, docks: Sequence[QDockWidget]) -> None:
        """The first arrangement: each dock as large as it asks for by its properties `share` and `wide`."""
        for orientation in (Qt.Orientation.Vertical, Qt.Orientation.Horizontal):
            name = "share" if orientation is Qt.Orientation.Vertical else "wide"
            wishes = [(dock, dock.widget().property(name)) for dock in docks]
            known = [(dock, int(wish)) for dock, wish in wishes if wish]
            self.resizeDocks([dock for dock, _ in known], [wish for _, wish in known], orientation)

    def _dock(self, spec: DockSpec) -> QDockWidget:
        name, title, widget, area = spec
        dock = QDockWidget(title, self, objectName=name)
        dock.setWidget(widget)
        features = QDockWidget.DockWidgetFeature
        dock.setFeatures(features.DockWidgetMovable | features.DockWidgetClosable)
        self.addDockWidget(area, dock)
        dock.toggleViewAction().triggered.connect(self._show_titles)
        if hasattr(widget, "set_seen"):
            dock.visibilityChanged.connect(widget.set_seen)
        dock.dockLocationChanged.connect(lambda _area: QTimer.singleShot(0, self._show_titles))
        dock.hide()
        return dock

    def _build_bar(self) -> QToolBar:
        bar = QToolBar(self.tr("Desks"), self, objectName="desk-bar")
        bar.setMovable(False)
        bar.toggleViewAction().setEnabled(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._spacer = bar.addWidget(spacer)
        self.addToolBar(bar)
        return bar

    def _fill_menu(self, title: str, commands: Sequence[Command]) -> None:
        assert self.commands is not None
        menu = self._menus[title]
        if title == "View":
            for dock in (dock for docks in self._docks.values() for dock in docks):
                menu.addAction(dock.toggleViewAction())
            menu.addSeparator()
        for command in commands:
            menu.addAction(self.commands.action(command.id))
        menu.aboutToShow.connect(self.commands.refresh)


def _to_text(state: QByteArray) -> str:
    return base64.b64encode(state.data()).decode()
