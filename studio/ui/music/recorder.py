"""Recorder: what is played on keys sounds at once and, while recording, becomes notes where it was heard. GUI thread.

Invariant: only notes that were let go are in the score; those that sound are shown beside it. A take is one undo step.
While `writes` is off, somebody else brings what was `took` into the score.
"""

from PySide6.QtCore import QObject, QTimer, Signal

from studio.core.score import Note
from studio.core.session import Session
from studio.ui.music.pianoroll.state import RollState
from studio.ui.music.playback import Playback

GROW_MS = 33
SHORTEST_TICKS = 20


class Recorder(QObject):
    """Keys come in by `press` and `let_go`, from the computer's keyboard or a MIDI port."""

    switched = Signal(bool)
    began = Signal(object)  # a note whose key has just gone down
    took = Signal(object)  # a note that is complete

    def __init__(self, session: Session, state: RollState, playback: Playback) -> None:
        super().__init__(state)
        self._session, self._state, self.playback = session, state, playback
        self.is_on = False
        self.writes = True
        self._takes = 0
        self._held: dict[int, Note] = {}
        self._at = 0  # where the music was when it was last looked at: stopping moves the playhead
        self._grow = QTimer(self, interval=GROW_MS)
        self._grow.timeout.connect(self._show)
        playback.playing_changed.connect(self._follow)

    @property
    def track(self) -> int:
        """The track that is played on."""
        return self._state.track_index

    def toggle(self) -> None:
        """Begin a take at the playhead, or end it."""
        if self.is_on:
            self.playback.stop()
        else:
            self._takes += 1
            self.is_on = True
            self.playback.play_on()
            self.switched.emit(True)

    def press(self, pitch: int, velocity: int) -> None:
        """A key goes down: it sounds, and while recording a note begins."""
        self.sound(pitch, velocity)
        self.begin(pitch, velocity)

    def sound(self, pitch: int, velocity: int) -> None:
        """A key sounds on the track that is being edited. Any thread."""
        self.playback.press(pitch, velocity, self._state.track)

    def begin(self, pitch: int, velocity: int, ago_seconds: float = 0.0) -> None:
        """While recording, a note begins that was struck a moment ago."""
        if self.is_on and pitch not in self._held:
            self._at = self.playback.heard_ago(ago_seconds)
            note = self._held[pitch] = Note(self._at, SHORTEST_TICKS, pitch, velocity)
            self._grow.start()
            self._show()
            self.began.emit(note)

    def let_go(self, pitch: int) -> None:
        """A key comes up: what began as a note is one now."""
        self.hush(pitch)
        self.end(pitch)

    def hush(self, pitch: int) -> None:
        """A key sounds no longer. Any thread."""
        self.playback.let_go(pitch)

    def end(self, pitch: int, ago_seconds: float = 0.0) -> None:
        """The note that a key began ended a moment ago."""
        note = self._held.pop(pitch, None)
        if note is not None and self.is_on:
            self._at = self.playback.heard_ago(ago_seconds)
            self._keep((self._grown(note),))
        self._show()

    def _follow(self, playing: bool) -> None:
        if self.is_on and not playing:
            self._keep(tuple(self._grown(note) for note in self._held.values()))
            self._held.clear()
            self.is_on = False
            self._show()
            self.switched.emit(False)  # first, for who else has something to write in this take
            self._session.end_gesture()

    def _keep(self, notes: tuple[Note, ...]) -> None:
        for note in notes:
            self.took.emit(note)
        track = self._state.track_index
        if notes and self.writes and track < len(self._session.score.tracks):
            after = self._session.score.with_notes_added(track, notes)
            self._session.change_score(after, self.tr("Record"), f"record-{self._takes}")

    def _grown(self, note: Note) -> Note:
        """As long as it is by now; held round a loop, it ends with the loop."""
        loop = self.playback.loop
        round_it = loop and self._at + SHORTEST_TICKS < note.start_ticks < loop[1]
        at = loop[1] if loop and round_it else self._at
        end = max(at, note.start_ticks + SHORTEST_TICKS)
        return Note(note.start_ticks, end - note.start_ticks, note.pitch, note.velocity)

    def _show(self) -> None:
        """The notes that sound, as long as they are by now."""
        if self.is_on and self.playback.is_playing:
            self._at = self.playback.heard_ticks
        self._state.show_sounding(tuple(self._grown(note) for note in self._held.values()))
        if not self._held:
            self._grow.stop()
