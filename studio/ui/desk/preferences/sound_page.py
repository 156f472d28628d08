"""SoundPage: through which device music sounds, with which buffer, and to which MIDI port. GUI thread.

Invariant: only the person's hand emits; `show_...` does not. What was chosen and is away just now stays in its list.
"""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from studio.core.settings import SoundChoice
from studio.core.sound_places import SoundPlace, SoundPlaces, SoundState

LABELS_PX = 120


class SoundPage(QWidget):
    """`chosen` gives the SoundChoice at every change: it is heard at once."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preferences-sound")
        self._choice, self._places = SoundChoice(), SoundPlaces()
        self.route_box = _box("sound-route", self.tr("Plays through"))
        self.device_box = _box("sound-device", self.tr("Device"))
        self.buffer_box = _box("sound-buffer", self.tr("Buffer"))
        self.port_box = _box("sound-midi-port", self.tr("MIDI port"))
        self.state_label = QLabel(objectName="sound-state", wordWrap=True)
        self.state_label.setProperty("role", "soft")
        self._lay_out()
        for box in (self.route_box, self.device_box, self.buffer_box, self.port_box):
            box.activated.connect(self._tell)
        self._fill()

    def show_choice(self, choice: SoundChoice) -> None:
        self._choice = choice
        self._fill()

    def show_places(self, places: SoundPlaces) -> None:
        self._places = places
        self._fill()

    def show_state(self, state: SoundState, problem: str) -> None:
        """How it sounds now, in a line."""
        words = self.tr("Now: {0}, {1:.1f} ms of buffer.").format(state.place, state.buffer_ms)
        if state.key_ms:
            words += self.tr(" A key reaches the synthesiser in {0:.1f} ms.").format(state.key_ms)
        self.state_label.setText(problem or words)

    def _tell(self) -> None:
        driver, device = self.device_box.currentData()
        wished = replace(
            self._choice,
            driver=driver,
            device=device,
            buffer=self.buffer_box.currentData(),
            route=self.route_box.currentData(),
            midi_port=self.port_box.currentData(),
        )
        if wished != self._choice:
            self._choice = wished
            self._fill()
            self.chosen.emit(wished)

    def _fill(self) -> None:
        choice, (small, normal, safe) = self._choice, self._places.buffers_ms
        routes = (
            (self.tr("The built-in instruments"), "built-in"),
            (self.tr("A MIDI port"), "midi"),
            (self.tr("Both"), "both"),
        )
        _show(self.route_box, routes, choice.route)
        _show(self.device_box, self._devices(), (choice.driver, choice.device))
        buffers = (
            (self.tr("Small, {0:.0f} ms: for playing live").format(small), "small"),
            (self.tr("Normal, {0:.0f} ms").format(normal), "normal"),
            (self.tr("Safe, {0:.0f} ms: for a busy computer").format(safe), "safe"),
        )
        _show(self.buffer_box, buffers, choice.buffer)
        ports = dict.fromkeys((*self._places.midi_ports, *filter(None, [choice.midi_port])))
        _show(self.port_box, ((self.tr("None"), ""), *((port, port) for port in ports)), choice.midi_port)
        self.device_box.setEnabled(choice.route != "midi")
        self.buffer_box.setEnabled(choice.route != "midi")
        self.port_box.setEnabled(choice.route != "built-in")

    def _devices(self) -> list[tuple[str, tuple[str, str]]]:
        choice = self._choice
        listed = [SoundPlace("", "", self.tr("Automatic")), *self._places.devices]
        if all((place.driver, place.name) != (choice.driver, choice.device) for place in listed):
            listed.append(SoundPlace(choice.driver, choice.device, choice.device or choice.driver))
        names = {place.driver: place.label for place in listed if not place.name}
        return [
            (
                f"{names.get(place.driver, place.driver)}: {place.label}" if place.name else place.label,
                (place.driver, place.name),
            )
            for place in listed
        ]

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, box in (
            (self.tr("Plays through"), self.route_box),
            (self.tr("Device"), self.device_box),
            (self.tr("Buffer"), self.buffer_box),
            (self.tr("MIDI port"), self.port_box),
        ):
            label = QLabel(words)
            label.setMinimumWidth(LABELS_PX)
            label.setBuddy(box)
            form.addRow(label, box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.state_label)
        column.addStretch(1)


def _box(name: str, words: str) -> QComboBox:
    box = QComboBox(objectName=name)
    box.setAccessibleName(words)
    return box


def _show(box: QComboBox, rows: Any, chosen: object) -> None:
    """Fill a list, if it is another one, and show what is chosen."""
    rows = list(rows)
    if [(box.itemText(at), box.itemData(at)) for at in range(box.count())] != rows:
        box.clear()
        for words, data in rows:
            box.addItem(words, data)
    at = [data for _, data in rows].index(chosen)
    box.setCurrentIndex(at)
