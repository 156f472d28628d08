"""The whole window, for everyone: names for screen readers, keys for all, room at 1280 x 800, both themes."""

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.session import MUSIC, PICTURES
from studio.ui.common.theme import colour

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
INTERACTIVE = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)


def own_widgets(window: QWidget) -> list[QWidget]:
    """Widgets that we made: Qt's own parts have names that begin with qt_ and live inside composite widgets."""
    composites = (QAbstractSpinBox, QComboBox, QLineEdit, QTabBar)
    return [
        widget
        for widget in window.findChildren(QWidget)
        if not widget.objectName().startswith("qt_")
        and not isinstance(widget.parent(), composites)
        and "QtPrivate" not in type(widget).__name__
        and not type(widget).__name__.startswith(("QScrollBar", "QMenu", "QDockWidget", "QToolBarExtension"))
        and "dockwidget" not in widget.objectName()
    ]


def has_words(widget: QWidget) -> bool:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return bool(widget.accessibleName() or text)


def test_everything_that_takes_the_focus_has_a_name(studio: StudioApp, qtbot: QtBot) -> None:
    nameless = []
    for desk in (PICTURES, MUSIC):
        studio.window.show_desk(desk)
        nameless += [
            f"{type(widget).__name__} {widget.objectName()!r}"
            for widget in own_widgets(studio.window)
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible() and not has_words(widget)
        ]
    assert nameless == []


def test_interactive_widgets_have_stable_names(studio: StudioApp) -> None:
    odd = [
        f"{type(widget).__name__} {widget.objectName()!r}"
        for widget in own_widgets(studio.window)
        if isinstance(widget, INTERACTIVE) and not KEBAB.fullmatch(widget.objectName())
    ]
    assert odd == []


def test_it_fits_a_small_screen(studio: StudioApp, qtbot: QtBot) -> None:
    for desk in (PICTURES, MUSIC):
        studio.window.show_desk(desk)
        studio.window.resize(1280, 760)
        qtbot.wait(50)
        assert (studio.window.width(), studio.window.height()) == (1280, 760)


def test_every_command_can_be_found_and_shortcuts_are_unique_on_a_desk(studio: StudioApp) -> None:
    commands = studio.window.commands.commands
    assert len({command.id for command in commands}) == len(commands)
    for desk in (PICTURES, MUSIC):
        keys = [c.shortcut for c in commands if c.shortcut and c.desk in ("", desk)]
        assert sorted(keys) == sorted(set(keys))


def test_the_theme_changes_while_working(studio: StudioApp) -> None:
    dark = colour("window").name()
    studio.window.commands.action("toggle-theme").trigger()
    assert colour("window").name() != dark
    assert studio.settings.theme == "light"
    studio.window.commands.action("toggle-theme").trigger()
    assert colour("window").name() == dark


def test_the_device_can_be_chosen_in_the_window(studio: StudioApp, qtbot: QtBot) -> None:
    menu = studio.window.status.device_button.menu()
    assert [action.isChecked() for action in menu.actions()] == [True]
    before = studio.pictures.last_frame.pixels.tobytes()
    with qtbot.waitSignal(studio.bridge.reply_arrived, timeout=20_000):
        menu.actions()[0].trigger()
    studio.session.set_seed(6)
    qtbot.waitUntil(lambda: studio.pictures.is_at_rest, timeout=20_000)
    assert studio.pictures.last_frame.pixels.tobytes() != before


def test_no_panel_is_cut_off_at_its_side(studio: StudioApp) -> None:
    for desk in (PICTURES, MUSIC):
        studio.window.show_desk(desk)
        for area in studio.window.findChildren(QScrollArea):
            shown = not area.visibleRegion().isEmpty()  # a dock behind another one counts as visible
            if shown and area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
                assert area.widget().minimumSizeHint().width() <= area.viewport().width(), (
                    area.widget().objectName()
                )
