"""The menu of a slider's row, and its keys. GUI thread; the menu deletes itself once closed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QKeyCombination, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu

from studio.core.sliders import layer_bands

if TYPE_CHECKING:
    from studio.ui.picture.latent.moving_row import MovingRow

ALT = Qt.KeyboardModifier.AltModifier
RENAME = QKeyCombination(Qt.Key.Key_F2)
PIN, LOCK = QKeyCombination(ALT, Qt.Key.Key_P), QKeyCombination(ALT, Qt.Key.Key_L)


def row_menu(row: "MovingRow") -> QMenu:
    """Everything that can be asked of one row."""
    menu = QMenu(row)
    menu.setObjectName("slider-menu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if row.wishes is not None:
        _add(menu, "slider-rename", tr("Rename…"), row.rename, RENAME)
        _add(menu, "slider-pin", tr("Unpin") if row.is_pinned else tr("Pin to the top"), row.toggle_pin, PIN)
        words = tr("Unlock") if row.is_locked else tr("Lock against chance and reset")
        _add(menu, "slider-lock", words, row.toggle_lock, LOCK)
    if row.wishes is not None and row.layers:
        _add_reach(menu.addMenu(tr("Reaches")), row)
    if menu.actions():
        menu.addSeparator()
    _add(menu, "slider-low", tr("Go to the low end"), lambda: row.go_to_end(high=False), Qt.Key.Key_Home)
    _add(menu, "slider-high", tr("Go to the high end"), lambda: row.go_to_end(high=True), Qt.Key.Key_End)
    _add(menu, "slider-reset", tr("Reset"), row.slider.reset, Qt.Key.Key_Delete)
    return menu


def key_of_row(row: "MovingRow", event: QKeyEvent) -> Callable[[], None] | None:
    """What a key asks of the row that has the focus; None where the key is not one of its own."""
    asked = {RENAME: row.rename, PIN: row.toggle_pin, LOCK: row.toggle_lock}
    return asked.get(event.keyCombination()) if row.wishes is not None else None


def reach_words(reach: tuple[int, int] | None, layers: int) -> str:
    """Such as "Coarse layers" or "Layers 3–5"; "All layers" where it moves every one."""
    if reach is None:
        return tr("All layers")
    for name, first, last in layer_bands(layers):
        if reach == (first, last):
            return tr("{} layers").format(_band_title(name))
    first, last = reach
    return tr("Layer {}").format(first) if first == last else tr("Layers {}–{}").format(first, last)


def reach_sign(reach: tuple[int, int], layers: int) -> str:
    """The same in as little room as can be: "C", "M", "F" or "3–5"."""
    for name, first, last in layer_bands(layers):
        if reach == (first, last):
            return _band_title(name)[0]
    return str(reach[0]) if reach[0] == reach[1] else f"{reach[0]}–{reach[1]}"


def _add_reach(menu: QMenu, row: "MovingRow") -> None:
    _add_choice(menu, row, tr("All layers"), None)
    for name, first, last in layer_bands(row.layers):
        words = tr("{} ({}–{})").format(_band_title(name), first, last)
        _add_choice(menu, row, words, (first, last))
    menu.addSeparator()
    _add(menu, "slider-reach-exact", tr("Exact layers…"), row.open_reach)


def _add_choice(menu: QMenu, row: "MovingRow", words: str, reach: tuple[int, int] | None) -> None:
    name = "slider-reach-all" if reach is None else f"slider-reach-{reach[0]}-{reach[1]}"
    action = _add(menu, name, words, lambda: row.choose_reach(reach))
    action.setCheckable(True)
    action.setChecked(row.reach == reach)


def _add(
    menu: QMenu, name: str, words: str, run: Callable[[], None], key: QKeyCombination | Qt.Key | None = None
) -> QAction:
    action = menu.addAction(words)
    action.setObjectName(name)
    if key is not None:  # shown only: the row takes its keys itself
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    action.triggered.connect(lambda _checked=False: run())
    return action


def _band_title(name: str) -> str:
    return {"coarse": tr("Coarse"), "middle": tr("Middle"), "fine": tr("Fine")}[name]


def tr(text: str) -> str:
    return QCoreApplication.translate("RowMenu", text)
