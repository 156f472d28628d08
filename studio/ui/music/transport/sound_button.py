"""SoundButton: how late a key sounds, in ms; its menu says where it sounds and how safely. GUI thread.

Invariant: only the person's hand emits; `show_...` does not.
"""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from studio.core.settings import SoundChoice
from studio.core.sound_places import SoundPlace, SoundPlaces, SoundState
from studio.ui.common.icons import icon

BUFFERS = ("small", "normal", "safe")


class SoundButton(QToolButton):
    """`list_requested` asks what there is as the menu opens; `show_places` fills it in once that is known."""

    chosen = Signal(object)
    list_requested = Signal()
    retry_requested = Signal()
    preferences_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sound-latency")
        self.setProperty("role", "flat")
        self.setIcon(icon("volume-off", "warning"))  # shown where nothing is heard
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._choice, self._places = SoundChoice(), SoundPlaces()
        self._actions: list[QAction] = []
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self._devices, self._buffers = QActionGroup(menu), QActionGroup(menu)
        self.retry = menu.addAction(self.tr("Try again"))
        self.retry.triggered.connect(self.retry_requested)
        self.more = menu.addAction(self.tr("Sound preferences…"))
        self.more.triggered.connect(self.preferences_requested)
        menu.aboutToShow.connect(self.list_requested)
        self.setMenu(menu)
        self._fill()
        self.show_state(SoundState())

    def show_state(self, state: SoundState, silence: str = "") -> None:
        """The figure, and in the tooltip what it is made of; or why all is silent."""
        text = self.tr("No sound") if silence else self.tr("{0} ms").format(round(state.total_ms))
        if not (silence or state.place):
            text = "…"  # it is being opened
        if text != self.text():
            self.setText(text)
            style = Qt.ToolButtonStyle
            self.setToolButtonStyle(style.ToolButtonIconOnly if silence else style.ToolButtonTextOnly)
        words = silence or "\n".join(self._words(state))
        if words != self.toolTip():
            self.setToolTip(words)
            self.setAccessibleName(self.tr("Sound: {0}").format(text))
            self.setAccessibleDescription(words)

    def show_choice(self, choice: SoundChoice) -> None:
        self._choice = choice
        self._fill()

    def show_places(self, places: SoundPlaces) -> None:
        self._places = places
        self._fill()

    def _words(self, state: SoundState) -> list[str]:
        words = [self.tr("From a key to its sound: {0:.1f} ms").format(state.total_ms)]
        if state.buffer_ms:
            words.append(
                self.tr("{0:.1f} ms: the buffer of {1}; a sound server may add a little").format(
                    state.buffer_ms, state.place
                )
            )
        elif state.place:
            words.append(self.tr("{0} adds what it buffers itself").format(state.place))
        if state.key_ms:
            words.append(self.tr("{0:.1f} ms from the key to the synthesiser, measured").format(state.key_ms))
        else:
            words.append(self.tr("Play a key, and the way to the synthesiser is measured too"))
        words.append(self.tr("Recorded notes are moved by as much."))
        return [*words, *self._troubles(state)]

    def _troubles(self, state: SoundState) -> list[str]:
        told = []
        if state.gaps:
            told.append(
                self.tr("Sound was missing {0} times since it was opened: take a larger buffer.").format(
                    state.gaps
                )
            )
        if state.late:
            told.append(self.tr("{0} notes came too late: this computer was busy.").format(state.late))
        return told

    def _fill(self) -> None:
        menu = self.menu()
        for action in self._actions:
            menu.removeAction(action)
            action.deleteLater()
        self._actions = []
        self._heading(self.tr("Sounds through"))
        for place in (SoundPlace("", "", self.tr("Automatic")), *self._places.devices):
            self._device(place)
        self._actions.append(menu.insertSeparator(self.retry))
        self._heading(self.tr("Buffer"))
        for buffer, words in zip(BUFFERS, buffer_words(self._places.buffers_ms), strict=True):
            self._buffer(buffer, words)
        self._actions.append(menu.insertSeparator(self.retry))

    def _heading(self, words: str) -> None:
        action = QAction(words, self, enabled=False)
        self.menu().insertAction(self.retry, action)
        self._actions.append(action)

    def _device(self, place: SoundPlace) -> None:
        words = place.label if not place.name else f"    {place.label}"
        wished = replace(self._choice, driver=place.driver, device=place.name)
        self._add(words, wished, self._devices)

    def _buffer(self, buffer: str, words: str) -> None:
        self._add(words, replace(self._choice, buffer=buffer), self._buffers)  # type: ignore[arg-type]

    def _add(self, words: str, wished: SoundChoice, group: QActionGroup) -> None:
        action = QAction(words, self, checkable=True, checked=wished == self._choice)
        action.triggered.connect(lambda: self.chosen.emit(wished))
        group.addAction(action)
        self.menu().insertAction(self.retry, action)
        self._actions.append(action)


def buffer_words(buffers_ms: Sequence[float]) -> tuple[str, str, str]:
    """Small, normal and safe, with their ms."""
    small, normal, safe = (f"{ms:.0f} ms" for ms in buffers_ms)
    return (f"Small, {small}", f"Normal, {normal}", f"Safe, {safe}")
