"""What is done to whole tracks: add, remove, name, mute, solo, instrument. Each is one undo step. GUI thread."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QWidget

from studio.core.score import DRUM_CHANNEL, Track
from studio.core.session import Session

CHANNELS = 16


class Tracks(QObject):
    """`current` tells which track is being edited, `choose` goes to another one."""

    def __init__(
        self, session: Session, current: Callable[[], int], choose: Callable[[int], None], window: QWidget
    ) -> None:
        super().__init__(window)
        self._session, self._current, self._choose, self._window = session, current, choose, window

    @property
    def track(self) -> Track:
        tracks, index = self._session.score.tracks, self._current()
        return tracks[index] if index < len(tracks) else Track()

    @property
    def can_remove(self) -> bool:
        return len(self._session.score.tracks) > 1

    def add(self) -> None:
        """An empty track on a free channel, ready to be drawn on."""
        score = self._session.score
        taken = {track.channel for track in score.tracks} | {DRUM_CHANNEL}
        channel = next((free for free in range(CHANNELS) if free not in taken), 0)
        track = Track(self.tr("Track {0}").format(len(score.tracks) + 1), channel=channel)
        self._session.change_score(score.with_track(len(score.tracks), track), self.tr("Add a track"))
        self._choose(len(score.tracks))

    def remove(self) -> None:
        if self.can_remove:
            score, index = self._session.score, self._current()
            self._session.change_score(score.without_track(index), self.tr("Remove a track"))
            self._choose(max(0, index - 1))

    def toggle_mute(self) -> None:
        self._put(replace(self.track, muted=not self.track.muted), self.tr("Mute"))

    def toggle_solo(self) -> None:
        self._put(replace(self.track, solo=not self.track.solo), self.tr("Solo"))

    def use_program(self, program: int) -> None:
        self._put(replace(self.track, program=program), self.tr("Change instrument"))

    def ask_name(self) -> None:
        """Give the track another name."""
        old = self.track.name
        name, agreed = QInputDialog.getText(
            self._window, self.tr("Name of the track"), self.tr("Name"), text=old
        )
        if agreed:
            self._put(replace(self.track, name=name.strip()), self.tr("Name a track"))

    def _put(self, track: Track, label: str) -> None:
        score, index = self._session.score, self._current()
        if index < len(score.tracks):
            self._session.change_score(score.with_track(index, track), label)
