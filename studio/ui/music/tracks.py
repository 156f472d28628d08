"""What is done to whole tracks: add, remove, sort, merge, name, mix, instrument. Each is one undo step. GUI thread."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.core import track_edits
from studio.core.exchange import mixed
from studio.core.score import DRUM_CHANNEL, Score, Track
from studio.core.session import Session
from studio.ui.music.instruments import INSTRUMENTS, KITS, instrument_name


class Tracks(QObject):
    """`current` tells which track is being edited, `choose` goes to another one."""

    def __init__(
        self, session: Session, current: Callable[[], int], choose: Callable[[int], None], window: QWidget
    ) -> None:
        super().__init__(window)
        self._session, self._current, self._choose = session, current, choose

    @property
    def track(self) -> Track:
        tracks, index = self._session.score.tracks, self._current()
        return tracks[index] if index < len(tracks) else Track()

    @property
    def can_remove(self) -> bool:
        return len(self._session.score.tracks) > 1

    def can_move(self, way: int) -> bool:
        """Whether there is a track below (1) or above (-1) the one that is edited."""
        return 0 <= self._current() + way < len(self._session.score.tracks)

    # --- which tracks there are --------------------------------------------------------------------------

    def add(self) -> None:
        """An empty track on a free channel, ready to be drawn on."""
        tracks = self._session.score.tracks
        name = self.tr("Track {0}").format(len(tracks) + 1)
        self._add(Track(name, channel=track_edits.free_channel(tracks)), self.tr("Add a track"))

    def add_drums(self) -> None:
        """A drum kit."""
        self._add(Track(self.tr("Drums"), channel=DRUM_CHANNEL), self.tr("Add a drum kit"))

    def duplicate(self) -> None:
        index, name = self._current(), self.tr("{0} copy").format(self.track.name)
        self._go(
            track_edits.doubled(self._session.score, index, name), self.tr("Duplicate a track"), index + 1
        )

    def remove(self) -> None:
        if self.can_remove:
            score, index = self._session.score, self._current()
            self._go(score.without_track(index), self.tr("Remove a track"), max(0, index - 1))

    def move(self, index: int, to: int) -> None:
        """Sort a track to another place; it becomes the one that is edited."""
        self._go(track_edits.moved(self._session.score, index, to), self.tr("Move a track"), to)

    def move_by(self, way: int) -> None:
        """The track that is edited, one place down (1) or up (-1)."""
        if self.can_move(way):
            self.move(self._current(), self._current() + way)

    def merge(self, way: int) -> None:
        """Its notes go to the track below (1) or above (-1), and it goes."""
        if self.can_move(way):
            index, into = self._current(), self._current() + way
            label = self.tr("Merge two tracks")
            self._go(track_edits.merged(self._session.score, index, into), label, min(index, into))

    def can_split_at(self, pitch: int) -> bool:
        """Whether there are notes on both sides of it."""
        return len({note.pitch < pitch for note in self.track.notes}) == 2

    def split_at(self, pitch: int) -> None:
        """The notes below a pitch go to a track of their own."""
        name = self.tr("{0} (low)").format(self.track.name)
        score = track_edits.split(self._session.score, self._current(), pitch, name)
        self._go(score, self.tr("Split a track"), self._current())

    def step(self, way: int) -> None:
        """Edit the track below (1) or above (-1)."""
        if self.can_move(way):
            self._choose(self._current() + way)

    # --- how one is ---------------------------------------------------------------------------------------

    def toggle_mute(self) -> None:
        self.mute(self._current())

    def toggle_solo(self) -> None:
        self.solo(self._current())

    def mute(self, index: int) -> None:
        """Silence a track, or let it sound."""
        self._mix(index, self.tr("Mute"), muted=not self._session.score.track(index).muted)

    def solo(self, index: int) -> None:
        self._mix(index, self.tr("Solo"), solo=not self._session.score.track(index).solo)

    def set_volume(self, index: int, volume: int) -> None:
        """Follow the hand until the session's gesture ends; as `set_pan`."""
        self._mix(index, self.tr("Volume"), f"volume-{index}", volume=volume)

    def set_pan(self, index: int, pan: int) -> None:
        self._mix(index, self.tr("Pan"), f"pan-{index}", pan=pan)

    def play_by(self, index: int, program: int, drums: bool) -> None:
        """Another instrument or drum kit; a name that only told the old one goes with it."""
        before = self._session.score
        score = track_edits.played_by(before, index, program, drums)
        track, old = score.track(index), before.track(index)
        told = (self.tr("Track {0}").format(index + 1), self.tr("Drums"), *INSTRUMENTS, *KITS.values())
        if old.name in told or old.name == instrument_name(old):
            score = score.with_track(index, replace(track, name=instrument_name(track)))
        self._session.change_score(score, self.tr("Change instrument"))

    def name(self, index: int, name: str) -> None:
        self._mix(index, self.tr("Name a track"), name=name.strip())

    def toggle_lock(self) -> None:
        self.lock(self._current())

    def lock(self, index: int) -> None:
        """No model writes on a locked track, nor changes what it holds; the hand still may."""
        locked = self._session.score.track(index).locked
        label = self.tr("Unlock a track") if locked else self.tr("Lock a track")
        self._mix(index, label, locked=not locked)

    # -----------------------------------------------------------------------------------------------------

    def _add(self, track: Track, label: str) -> None:
        score = self._session.score
        self._go(track_edits.with_tracks(score, len(score.tracks), (track,)), label, len(score.tracks))

    def _go(self, score: Score, label: str, index: int) -> None:
        """Other tracks, and which of them is edited then."""
        self._session.change_score(score, label)
        self._choose(min(index, len(self._session.score.tracks) - 1))

    def _mix(self, index: int, label: str, gesture: str = "", **values: bool | int | str) -> None:
        if index < len(self._session.score.tracks):
            self._session.change_score(mixed(self._session.score, index, **values), label, gesture)
