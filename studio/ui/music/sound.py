"""Sound: where the music desk sounds, what there is to choose, and a word when a device goes or comes. GUI thread.

The player tells of changes on a thread of its own; they cross by a queued signal. Looking what is connected happens in
the background.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from studio.audio.drivers import buffers_ms, every_place
from studio.audio.midi_ports import port_names, system_out
from studio.audio.opening import open_output
from studio.core.errors import StudioError
from studio.core.settings import SoundChoice
from studio.core.sound_places import SoundPlaces, SoundState
from studio.ui.background import Background
from studio.ui.music import playback
from studio.ui.music.strikes import Strikes
from studio.ui.music.transport.keys_button import KeysButton
from studio.ui.music.transport.transport_bar import TransportBar

TELL_MS = 500


class Player(playback.Player, Protocol):
    """The player of studio.audio, as far as the desk needs it."""

    @property
    def sounds_on(self) -> str: ...
    @property
    def gaps(self) -> int: ...
    @property
    def late_events(self) -> int: ...
    def use_output(self, opener: Callable[[], Any]) -> None: ...
    def try_again(self) -> None: ...
    def listen(self, changed: Callable[[], None]) -> None: ...


class Sound(QObject):
    """`choice_changed(SoundChoice)` is for the settings; `listed(SoundPlaces)` and `state_changed(SoundState, problem)`
    for whoever shows them."""

    choice_changed = Signal(object)
    listed = Signal(object)
    state_changed = Signal(object, str)
    preferences_requested = Signal()
    trouble = Signal(object)
    notice = Signal(str)
    _player_changed = Signal()

    def __init__(
        self, player: Player, bar: TransportBar, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._player, self._bar, self._background = player, bar, background
        self.choice, self.places, self.strikes = SoundChoice(), SoundPlaces(), Strikes(self)
        self._was_silent: bool | None = None
        self._player_changed.connect(self._take_change, Qt.ConnectionType.QueuedConnection)
        player.listen(self._player_changed.emit)
        self._player_changed.emit()  # it may have been opened already
        self._tell = QTimer(self, interval=TELL_MS)
        self._tell.timeout.connect(self.show_state)
        self._connect(bar.keys_button)

    @property
    def state(self) -> SoundState:
        player = self._player
        return SoundState(
            player.sounds_on,
            player.latency_seconds * 1000,
            self.strikes.median_ms,
            player.gaps,
            player.late_events,
        )

    def show_choice(self, choice: SoundChoice) -> None:
        """What the settings say; the player was opened with it."""
        self.choice = choice
        self._bar.sound_button.show_choice(choice)
        self._bar.keys_button.show_outputs(self.places.midi_ports, choice.midi_port, choice.route == "both")

    def use(self, choice: SoundChoice) -> None:
        """Sound there from now on, also while music plays."""
        if choice.route == "built-in" or choice.midi_port:
            reopen = choice != self.choice
        else:
            reopen = self.choice.route != "built-in"  # a route to no port is none
        self.show_choice(choice)
        if reopen:
            self._player.use_output(partial(open_output, choice))
        self.choice_changed.emit(choice)

    def use_port(self, name: str) -> None:
        """Play to a MIDI port, "" for none."""
        route = self.choice.route if name and self.choice.route == "both" else "midi" if name else "built-in"
        self.use(replace(self.choice, midi_port=name, route=route))

    def use_both(self, both: bool) -> None:
        self.use(replace(self.choice, route="both" if both else "midi"))

    def list_places(self) -> None:
        """Look what is connected now."""
        self._background.run(partial(_look, self.choice), self._list, self.trouble.emit)

    def follow(self, playing: bool) -> None:
        """While music plays, the counts are looked at now and then."""
        if playing:
            self._tell.start()
        else:
            self._tell.stop()
        self.show_state()

    def struck(self) -> None:
        """A note was handed over just now."""
        self.strikes.struck()
        if not self._tell.isActive():
            self.show_state()

    def show_state(self) -> None:
        problem = self._player.problem
        words = problem.sentence() if problem else ""
        self._bar.sound_button.show_state(self.state, "" if self._player.sounds_on else words)
        self.state_changed.emit(self.state, words)

    def _list(self, places: SoundPlaces) -> None:
        self.places = places
        self._bar.sound_button.show_places(places)
        self.show_choice(self.choice)
        self.listed.emit(places)

    def _take_change(self) -> None:
        """The output is another, or has a problem, or has it no more."""
        problem = self._player.problem
        silent = problem is not None
        if self._was_silent is False and problem is not None:
            self.notice.emit(problem.title)
        elif self._was_silent and not silent:
            self.notice.emit(self.tr("Sound is back: {0}.").format(self._player.sounds_on))
        self._was_silent = silent
        self.show_state()

    def _connect(self, keys: KeysButton) -> None:
        button = self._bar.sound_button
        button.chosen.connect(self.use)
        button.list_requested.connect(self.list_places)
        button.preferences_requested.connect(self.preferences_requested)
        button.retry_requested.connect(self._player.try_again)
        keys.list_requested.connect(self.list_places)
        keys.output_chosen.connect(self.use_port)
        keys.both_toggled.connect(self.use_both)


def _look(choice: SoundChoice) -> SoundPlaces:
    """In the background; a machine without FluidSynth has no devices."""
    ports = port_names(system_out)
    try:
        return SoundPlaces(every_place(), ports, buffers_ms(choice.driver))
    except StudioError:
        return SoundPlaces((), ports)
