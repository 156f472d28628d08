"""NoteShaping: what the Notes menu does to the selected notes. GUI thread.

Each method is one undo step. Those that only move or lengthen notes take the whole track where nothing is selected.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from studio.core import note_edits, similar
from studio.core.control import SUSTAIN, painted
from studio.core.score import Note
from studio.core.theory import snap_to_scale
from studio.ui.music.pianoroll.state import RollState

Shape: TypeAlias = Callable[[Sequence[Note]], Sequence[Note]]
SHORTEST_SPLIT_TICKS = 15


class NoteShaping:
    """Acts on the roll's current track."""

    def __init__(self, state: RollState) -> None:
        self._state = state

    @property
    def has_selection(self) -> bool:
        return bool(self._state.selection)

    def split_at_cursor(self) -> None:
        """Cut the selected notes, or all, where the cursor stands."""
        self._shape(
            self._all, lambda notes: note_edits.split(notes, [self._state.cursor.ticks]), "Split notes"
        )

    def split_on_grid(self) -> None:
        """Cut the selected notes at every line of the grid."""
        self._shape(
            self._state.chosen, lambda notes: note_edits.split(notes, self._lines(notes)), "Split notes"
        )

    def glue(self) -> None:
        self._shape(self._state.chosen, note_edits.glued, "Glue notes")

    def legato(self) -> None:
        self._shape(self._all, note_edits.legato, "Legato")

    def reverse(self) -> None:
        self._shape(self._state.chosen, note_edits.reversed_in_time, "Reverse")

    def invert(self) -> None:
        self._shape(self._state.chosen, note_edits.inverted, "Turn upside down")

    def stretch(self, above: int, below: int) -> None:
        self._shape(self._state.chosen, lambda notes: note_edits.stretched(notes, above, below), "Stretch")

    def pedal(self) -> None:
        """Hold the pedal down from the first selected note to the end of the last."""
        state, notes = self._state, self._state.chosen
        if not notes:
            return
        start, end = notes[0].start_ticks, max(note.end_ticks for note in notes)
        after = painted(state.track.controls, SUSTAIN, [(start, 127)], end)
        state.commit(state.score.with_controls(state.track_index, after), "Pedal")

    def mute(self) -> None:
        """Silence the selected notes; let them sound again where all of them are silent."""
        muted = not all(note.muted for note in self._state.chosen)
        label = "Mute notes" if muted else "Let notes sound"
        self._shape(self._state.chosen, lambda notes: [replace(n, muted=muted) for n in notes], label)

    def lock(self) -> None:
        """Lock the selected notes against every model; unlock them where all of them are locked."""
        locked = not all(note.locked for note in self._state.chosen)
        label = "Lock notes" if locked else "Unlock notes"
        self._shape(self._state.chosen, lambda notes: [replace(n, locked=locked) for n in notes], label)

    def put_on_scale(self) -> None:
        """Move the selected notes, or all, to the nearest pitch of the scale that is shown."""
        scale = self._state.scale
        if scale is not None:
            pitches = scale.pitches
            self._shape(
                self._all,
                lambda notes: [replace(n, pitch=snap_to_scale(n.pitch, pitches)) for n in notes],
                "Put on the scale",
            )

    def select_alike(self, by: str) -> None:
        """All notes of the track that share that with a selected one."""
        state = self._state
        state.select(similar.alike(state.track.notes, state.chosen, by))

    def select_passages(self, by: str) -> None:
        """The selected passage wherever it comes again, by its rhythm, melody or contour."""
        state = self._state
        state.select(similar.passages_alike(state.track.notes, state.chosen, by))

    def select_marked(self) -> None:
        """All notes of the track that begin in the mark."""
        state = self._state
        if state.region is not None:
            state.select({note.id for note in state.track.notes_between(*state.region)})

    def mark_selected(self) -> None:
        """Mark the time that the selected notes take."""
        notes = self._state.chosen
        if notes:
            self._state.region_drawn.emit((notes[0].start_ticks, max(note.end_ticks for note in notes)))

    def select_others(self) -> None:
        state = self._state
        state.select({note.id for note in state.track.notes} - state.selection)

    @property
    def _all(self) -> tuple[Note, ...]:
        return self._state.chosen or self._state.track.notes

    def _lines(self, notes: Sequence[Note]) -> list[int]:
        """The grid's lines over the notes, ascending; too fine a grid gives none."""
        snap, score = self._state.snap, self._state.score
        if not notes or snap.length_ticks < SHORTEST_SPLIT_TICKS:
            return []
        grid = snap if snap.ticks else type(snap)("", snap.length_ticks)
        line, end, lines = (
            grid.floor(score, notes[0].start_ticks),
            max(n.end_ticks for n in notes),
            list[int](),
        )
        while line < end:
            lines.append(line)
            line = grid.next_line(score, line)
        return lines

    def _shape(self, before: Sequence[Note], shape: Shape, label: str) -> None:
        """Put what comes of some notes in their place, and keep the selection on it."""
        state, track = self._state, self._state.track_index
        after = shape(before)
        kept = {note.id for note in after}
        score = state.score.with_notes_removed(track, {note.id for note in before} - kept)
        score = score.with_notes_replaced(track, [note for note in after if note.id >= 0])
        score = score.with_notes_added(track, [note for note in after if note.id < 0])
        selected, old = state.selection & kept, state.score
        state.commit(score, label)
        if selected:
            state.select(selected | score.added_ids(old))
