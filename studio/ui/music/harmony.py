"""Harmony: what the commands do to the chord symbols of the whole score. GUI thread."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from studio.core import chord_edits
from studio.core.score import Score
from studio.core.session import Session
from studio.core.theory import Scale, guess_key

Region = tuple[int, int]


class Harmony(QObject):
    """Each method is one undo step."""

    notice = Signal(str)

    def __init__(self, session: Session, region: Callable[[], Region | None], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._region = session, region

    def name_by_ear(self) -> None:
        """Chord symbols for the marked stretch, or for all of the piece."""
        score = self._session.score
        start, end = self._region() or (0, score.end_ticks)
        after = chord_edits.named_by_ear(score, start, end)
        self._change(after, self.tr("Name the chords"), self.tr("There are no notes to hear a chord in."))

    def scale_of(self, track: int) -> Scale:
        """The scale that the notes of a track speak for."""
        score = self._session.score
        key = guess_key(score.tracks[track].heard if track < len(score.tracks) else ())
        return Scale(key.tonic, key.mode)

    def write_out(self) -> None:
        score = self._session.score
        self._change(chord_edits.accompanied(score), self.tr("Write the chords out"), "")

    def clear(self) -> None:
        self._change(self._session.score.with_chords(()), self.tr("Take the chords away"), "")

    def _change(self, after: Score, label: str, otherwise: str) -> None:
        if after != self._session.score:
            self._session.change_score(after, label)
        elif otherwise and not after.chords:
            self.notice.emit(otherwise)
