"""PlayingIn: keys of the computer and of a MIDI keyboard, brought to the recorder. GUI thread.

A MIDI key sounds on the library's thread, at once, however busy the window is; what is written down crosses by a queued
signal, with the time at which it was played.
"""

from time import monotonic

from PySide6.QtCore import QObject, Qt, Signal

from studio.audio.midi_ports import MidiPorts, Played
from studio.core.errors import StudioError
from studio.ui.background import Background
from studio.ui.music.recorder import Recorder
from studio.ui.music.transport.keys_button import KeysButton
from studio.ui.music.typing_keys import TypingKeys


class PlayingIn(QObject):
    """Owns the open MIDI port; `close` gives it back."""

    trouble = Signal(object)
    notice = Signal(str)
    keys_changed = Signal(bool, str)  # the computer's keys, the name of a MIDI keyboard
    _heard = Signal(object, float)

    def __init__(
        self, recorder: Recorder, typing: TypingKeys, button: KeysButton, background: Background
    ) -> None:
        super().__init__(recorder)
        self._recorder, self._button, self._background = recorder, button, background
        self.ports = MidiPorts(self._strike)
        self._heard.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._typing = typing
        typing.pressed.connect(recorder.press)
        typing.let_go.connect(recorder.let_go)
        button.typing_toggled.connect(self._use_typing)
        button.list_requested.connect(self.list_ports)
        button.port_chosen.connect(self.choose)

    def list_ports(self) -> None:
        """Look which keyboards are connected now."""
        done = self._button.show_ports
        self._background.run(self.ports.names, lambda names: done(names, self.ports.name), self.trouble.emit)

    def choose(self, name: str) -> None:
        """Listen to a keyboard, or to none."""

        def work() -> str:
            self.ports.open(name) if name else self.ports.close()
            return self.ports.name

        self._background.run(work, self._chosen, self._failed)

    def close(self) -> None:
        self.ports.close()

    def _use_typing(self, on: bool) -> None:
        self._typing.use(on)
        self.keys_changed.emit(on, self.ports.name)

    def _chosen(self, name: str) -> None:
        words = (
            self.tr("Listening to {0}.").format(name) if name else self.tr("No MIDI keyboard is listened to.")
        )
        self.notice.emit(words)
        self.keys_changed.emit(self._typing.is_on, name)

    def _failed(self, error: StudioError) -> None:
        self.trouble.emit(error)
        self.list_ports()

    def _strike(self, played: Played) -> None:
        """On the MIDI library's thread."""
        at = monotonic()
        if played.velocity:
            self._recorder.sound(played.pitch, played.velocity)
        else:
            self._recorder.hush(played.pitch)
        self._heard.emit(played, at)

    def _take(self, played: Played, at: float) -> None:
        ago = max(0.0, monotonic() - at)
        if played.velocity:
            self._recorder.begin(played.pitch, played.velocity, ago)
        else:
            self._recorder.end(played.pitch, ago)
