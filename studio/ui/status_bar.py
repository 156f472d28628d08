"""StatusBar: device, state of the model and time of a frame. GUI thread."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QLabel, QMenu, QStatusBar, QToolButton

from studio.core.messages import DeviceReady, FrameReady
from studio.core.session import MUSIC, PICTURES

SMOOTHING = 0.2


class StatusBar(QStatusBar):
    """Quiet facts at the bottom; the device button switches the device."""

    device_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status-bar")
        self.setSizeGripEnabled(False)
        self.setContentsMargins(10, 0, 8, 0)
        self.model_label = QLabel(objectName="model-state")
        self.frame_label = QLabel(objectName="frame-time")
        self.frame_label.setToolTip(self.tr("How long the last picture took to make"))
        self.device_button = QToolButton(objectName="device-button")
        self.device_button.setProperty("role", "flat")
        self.device_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.device_button.setText(self.tr("Starting…"))
        self.device_button.setAccessibleName(self.tr("Device"))
        self.device_button.setToolTip(self.tr("Where the models run. Click to choose another device."))
        self.addWidget(self.model_label)
        for part in (self.frame_label, self.device_button):
            self.addPermanentWidget(part)
        self._frame_ms = 0.0
        self._is_warm = False
        self._desk = PICTURES
        self._models = {PICTURES: "", MUSIC: ""}

    def show_desk(self, desk: str) -> None:
        """Speak of the models of the desk that is in front."""
        self._desk = desk
        self.model_label.setText(self._models[desk])
        self.frame_label.setVisible(desk == PICTURES)

    def show_device(self, ready: DeviceReady) -> None:
        """The device in use and, in its menu, the others."""
        self.device_button.setText(ready.label)
        self._frame_ms, self._is_warm = 0.0, False
        self.frame_label.clear()
        menu = QMenu(self.device_button)
        group = QActionGroup(menu)
        for name, label in ready.choices:
            action = menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(name == ready.name)
            action.triggered.connect(lambda _checked=False, name=name: self.device_chosen.emit(name))
            group.addAction(action)
        self.device_button.setMenu(menu)

    def show_model(self, text: str, desk: str = PICTURES) -> None:
        """How the model of a desk is."""
        self._models[desk] = text
        self.model_label.setText(self._models[self._desk])

    def show_frame(self, reply: FrameReady) -> None:
        """The time of a frame, smoothed so that it can be read; frames from the cache do not count, nor does the first
        one of a device, in which it warms up."""
        if reply.cached:
            return
        if not self._is_warm:
            self._is_warm = True
            return
        before = self._frame_ms or reply.render_ms
        self._frame_ms = before + (reply.render_ms - before) * SMOOTHING
        self.frame_label.setText(self.tr("{:.0f} ms a picture").format(self._frame_ms))
