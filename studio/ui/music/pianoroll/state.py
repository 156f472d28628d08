"""RollState: everything that the parts of the roll (grid, keys, ruler, velocities) show together. GUI thread.

Invariant: the selection only holds notes of the current track. The score here is a view of the session's: edits go
out as `edited` and come back through `show_score`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal

from studio.core.chords import Chord
from studio.core.exchange import exchanged, looks_same
from studio.core.messages import NoteScore
from studio.core.score import Note, NoteId, Score, Track
from studio.core.stamps import Stamp
from studio.core.theory import Scale, snap_to_scale
from studio.ui.music.instruments import drum_name
from studio.ui.music.pianoroll.geometry import Geometry
from studio.ui.music.pianoroll.note_index import NoteIndex
from studio.ui.music.pianoroll.stamping import stamp_notes
from studio.ui.music.pitch_names import pitch_name
from studio.ui.music.snap import SIXTEENTH, Snap
from studio.ui.music.suggestion import Ghost

DEFAULT_VELOCITY = 90


class Tool(Enum):
    """What the pointer does on the grid."""

    SELECT = "select"
    DRAW = "draw"
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the keyboard stands: the next key draws or pastes here."""

    ticks: int = 0
    pitch: int = 60


@dataclass(frozen=True, slots=True)
class Marquee:
    """The box of a box selection, in ticks and pitches, both ends included."""

    start_ticks: float
    end_ticks: float
    low: int
    high: int


class RollState(QObject):
    """Owned by the PianoRoll, shared by its parts. `changed` asks all of them to paint again."""

    changed = Signal()
    view_changed = Signal()
    selection_changed = Signal()
    tool_changed = Signal(object)
    scale_changed = Signal()
    stamp_changed = Signal(object)
    region_changed = Signal()
    playhead_moved = Signal(int, int)
    reveal = Signal(int, int)
    edited = Signal(object, str, str)
    gesture_ended = Signal()
    auditioned = Signal(int, int)
    region_drawn = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.score = Score.empty()
        self.track_index = 0
        self.index = NoteIndex(())
        self.others: tuple[tuple[int, NoteIndex], ...] = ()  # all other tracks by number
        self.shows_others = True
        self.geometry = Geometry()
        self.snap: Snap = SIXTEENTH
        self.scale: Scale | None = None
        self.keeps_scale = False
        self.tool = Tool.SELECT
        self.stamp = Stamp()
        self.selection: frozenset[NoteId] = frozenset()
        self.cursor = Cursor()
        self.marquee: Marquee | None = None
        self.lasso: tuple[tuple[float, float], ...] = ()  # (ticks, height) points, see lasso.py
        self.region: tuple[int, int] | None = None
        self.ghosts: tuple[Ghost, ...] = ()
        self.chord_ghosts: tuple[Chord, ...] = ()
        self.sounding: tuple[Note, ...] = ()
        self.scores: Mapping[NoteId, NoteScore] = {}
        self.playhead_ticks = 0
        self.pen_velocity = DEFAULT_VELOCITY
        self._gesture = 0
        self._chosen: tuple[tuple[Note, ...], frozenset[NoteId], tuple[Note, ...]] = ((), frozenset(), ())

    # --- what is shown -----------------------------------------------------------------------------------

    @property
    def track(self) -> Track:
        """The track being edited; an empty one where the score has none."""
        tracks = self.score.tracks
        return tracks[self.track_index] if self.track_index < len(tracks) else Track()

    @property
    def indexes(self) -> tuple[NoteIndex, ...]:
        """One of each track, in their order."""
        found = sorted((*self.others, (self.track_index, self.index)), key=lambda one: one[0])
        return tuple(index for _, index in found)

    def name_of(self, pitch: int) -> str:
        """The name of a pitch in the key of the piece, or of a drum on a drum track."""
        if self.track.drums and (drum := drum_name(pitch)):
            return drum
        return pitch_name(pitch, bool(self.score.keys) and self.score.keys[0].fifths < 0)

    @property
    def chosen(self) -> tuple[Note, ...]:
        """The selected notes in the order of the track; sought once for each state of both."""
        notes, selection = self.index.notes, self.selection
        if self._chosen[0] is not notes or self._chosen[1] is not selection:
            found = tuple(note for note in notes if note.id in selection) if selection else ()
            self._chosen = (notes, selection, found)
        return self._chosen[2]

    @property
    def end_ticks(self) -> int:
        """Where the last thing that is shown ends."""
        ghosts = max((ghost.note.end_ticks for ghost in self.ghosts), default=0)
        notes = max(index.end_ticks for index in (self.index, *(index for _, index in self.others)))
        return max(notes, ghosts, self.region[1] if self.region else 0)

    def show_score(self, score: Score, track: int | None = None) -> None:
        """Show another state of the score, and another of its tracks where it is told."""
        before, index = self.score, self.track_index
        self.score = score
        self.track_index = min(index if track is None else track, max(0, len(score.tracks) - 1))
        if self.track_index != index or not looks_same(before, score):
            self._reindex()

    def use_track(self, index: int) -> None:
        self.track_index = index
        self._reindex()

    def _reindex(self) -> None:
        notes = self.track.notes
        if self.index.notes is not notes:
            self.index = NoteIndex(notes, self.index)
            self.select(self.selection - self.index.gone)
        old = {id(index.notes): index for _, index in self.others}
        self.others = tuple(
            (number, old.get(id(track.notes)) or NoteIndex(track.notes))
            for number, track in enumerate(self.score.tracks)
            if number != self.track_index
        )
        self.changed.emit()

    def select(self, ids: Collection[NoteId]) -> None:
        if self.selection != (ids := frozenset(ids)):
            self.selection = ids
            self.selection_changed.emit()
            self.changed.emit()

    def put_cursor(self, ticks: int, pitch: int) -> None:
        """Move the keyboard's cursor and bring it into view."""
        self.cursor = Cursor(max(0, ticks), min(max(pitch, 0), 127))
        self.changed.emit()

    def use_tool(self, tool: Tool) -> None:
        self.tool = tool
        self.tool_changed.emit(tool)

    def use_stamp(self, stamp: Stamp) -> None:
        """What the pencil and Enter put down."""
        self.stamp = stamp
        self.stamp_changed.emit(stamp)
        self.changed.emit()

    def pen_notes(
        self, ticks: int, duration_ticks: int, pitch: int, base: Score | None = None
    ) -> tuple[Note, ...]:
        """What the pencil puts down at a place: a note, or the chord of the stamp; `base`: as it was before it."""
        note = Note(ticks, duration_ticks, self.tuned(pitch), self.pen_velocity)
        return stamp_notes(self.stamp, base or self.score, self.track_index, self.scale, note)

    def audition(self, notes: tuple[Note, ...]) -> None:
        """Sound notes together."""
        for note in notes:
            self.auditioned.emit(note.pitch, note.velocity)

    def look_at(self, geometry: Geometry) -> None:
        """Zoom or scroll."""
        self.geometry = geometry
        self.view_changed.emit()
        self.changed.emit()

    def show_ghosts(self, ghosts: tuple[Ghost, ...]) -> None:
        if ghosts or self.ghosts:
            self.ghosts = ghosts
            self.changed.emit()

    def show_chord_ghosts(self, chords: tuple[Chord, ...]) -> None:
        """Chord symbols that a model proposes."""
        if chords != self.chord_ghosts:
            self.chord_ghosts = chords
            self.changed.emit()

    @property
    def has_suggestion(self) -> bool:
        return bool(self.ghosts or self.chord_ghosts)

    def show_sounding(self, notes: tuple[Note, ...]) -> None:
        """Notes that are being played in, not yet in the score."""
        if notes or self.sounding:
            self.sounding = notes
            self.changed.emit()

    def show_scores(self, scores: Mapping[NoteId, NoteScore]) -> None:
        """Colour notes by how likely a model finds them; none: by how loud they are."""
        if scores or self.scores:
            self.scores = scores
            self.changed.emit()

    def show_region(self, region: tuple[int, int] | None) -> None:
        self.region = region
        self.region_changed.emit()
        self.changed.emit()

    def show_marquee(self, marquee: Marquee | None) -> None:
        self.marquee = marquee
        self.changed.emit()

    def show_lasso(self, points: tuple[tuple[float, float], ...]) -> None:
        self.lasso = points
        self.changed.emit()

    def move_playhead(self, ticks: int) -> None:
        """Only the stripes around the old and the new place are painted again."""
        old, self.playhead_ticks = self.playhead_ticks, ticks
        if old != ticks:
            self.playhead_moved.emit(old, ticks)

    def use_scale(self, scale: Scale | None, keeps: bool) -> None:
        """Show a scale, and keep what the hand draws and moves on it, or not."""
        self.scale, self.keeps_scale = scale, keeps and scale is not None
        self.scale_changed.emit()
        self.changed.emit()

    def grid_step(self, ticks: int, steps: int) -> int:
        """The next line of the grid after a moment (steps above 0), or the last one before it."""
        snap, score = self.snap, self.score
        if not snap.ticks:
            return max(0, ticks + steps * snap.nudge_ticks)
        if steps > 0:
            return snap.next_line(score, snap.floor(score, ticks))
        return snap.floor(score, max(0, ticks - 1))

    def tuned(self, pitch: int) -> int:
        """The pitch that a hand gets where it asks for this one."""
        return snap_to_scale(pitch, self.scale.pitches) if self.scale and self.keeps_scale else pitch

    @property
    def shadows(self) -> tuple[tuple[int, NoteIndex], ...]:
        """The other tracks that show: drums beside drums, and pitches beside pitches."""
        tracks, drums = self.score.tracks, self.track.drums
        return tuple(one for one in self.others if tracks[one[0]].drums == drums) if self.shows_others else ()

    def show_others(self, shows: bool) -> None:
        """Show the notes of the other tracks as shadows, or not."""
        self.shows_others = shows
        self.changed.emit()

    def other_at(self, ticks: float, pitch: int) -> tuple[int, Note] | None:
        """The note of another track that shows there, with the track's number; of several the lowest track's, which
        is painted last."""
        for number, index in reversed(self.shadows):
            if (note := index.at(ticks, pitch)) is not None:
                return number, note
        return None

    def ghost_at(self, ticks: float, pitch: int) -> Ghost | None:
        """The ghost that shows there."""
        return next(
            (g for g in self.ghosts if g.note.pitch == pitch and g.note.overlaps(int(ticks), int(ticks) + 1)),
            None,
        )

    # --- edits -------------------------------------------------------------------------------------------

    def commit(self, score: Score, label: str, gesture: str = "") -> None:
        """Ask for another score."""
        if score != self.score:
            self.edited.emit(score, label, gesture)

    def replace_notes(
        self, notes: tuple[Note, ...], label: str, gesture: str = "", old: tuple[Note, ...] = ()
    ) -> None:
        """Put notes in the place of those that have their ids; `old`: those, where the caller has them at hand."""
        ids = {note.id for note in notes}
        old = tuple(note for note in old or self.chosen or self.track.notes if note.id in ids)
        self.commit(exchanged(self.score, self.track_index, old, notes), label, gesture)

    def commit_new(self, score: Score, label: str, gesture: str = "", since: Score | None = None) -> None:
        """Ask for a score with new notes, and select those that `since` (else the present score) lacks."""
        before = since or self.score
        self.commit(score, label, gesture)
        self.select(score.added_ids(before))

    def gesture_name(self, kind: str) -> str:
        """The name under which the changes of one movement of the hand merge."""
        return f"{kind}-{self._gesture}"

    def end_gesture(self) -> None:
        """The hand let go."""
        self._gesture += 1
        self.gesture_ended.emit()
