"""NoteActions: everything the keyboard and the menus do to the selected notes. GUI thread."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import replace

import msgspec
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from studio.core.errors import StudioError
from studio.core.excerpt import of_notes
from studio.core.exchange import ORDER
from studio.core.score import Note
from studio.core.theory import step_in_scale
from studio.files.midi import midi_bytes, midi_reading
from studio.ui.music.pianoroll import edits
from studio.ui.music.pianoroll.state import RollState

NOTES_MIME = "application/x-latent-studio-notes"
MIDI_MIME = "audio/midi"
MOST_AS_MIDI = 500  # notes: more take too long to write while a hand waits; drag them, or export them
MAX_CLIPBOARD_BYTES = 8_000_000
MAX_MIDI_BYTES = 20_000


class NoteActions:
    """Each method is one undo step; steps of one held key (see `keys.py`) merge by `gesture`."""

    def __init__(self, state: RollState) -> None:
        self._state = state

    @property
    def has_selection(self) -> bool:
        return bool(self._state.selection)

    def select_all(self) -> None:
        self._state.select({note.id for note in self._state.track.notes})

    def deselect(self) -> None:
        self._state.select(())

    def delete(self, label: str = "Delete notes") -> None:
        state = self._state
        state.commit(state.score.with_notes_removed(state.track_index, state.selection), label)

    # --- moving ------------------------------------------------------------------------------------------

    def transpose(self, semitones: int, gesture: str = "") -> None:
        """Shift the selection up or down, and sound its first note; a single step is one of the scale that is kept."""
        state, before = self._state, self._state.chosen
        after = edits.moved(before, 0, semitones)
        if state.scale and state.keeps_scale and abs(semitones) == 1:
            pitches = state.scale.pitches
            after = tuple(replace(n, pitch=step_in_scale(n.pitch, semitones, pitches)) for n in before)
        state.replace_notes(after, "Transpose", gesture)
        if before:
            first = state.chosen[0]
            state.auditioned.emit(first.pitch, first.velocity)
            state.reveal.emit(first.start_ticks, first.pitch)

    def nudge(self, steps: int, gesture: str = "") -> None:
        """Shift the selection by grid steps; a note off the grid goes to the next line first."""
        state = self._state
        if not state.chosen:
            return
        first = min(note.start_ticks for note in state.chosen)
        shift = state.grid_step(first, steps) - first
        state.replace_notes(edits.moved(state.chosen, shift, 0), "Move notes", gesture)
        state.reveal.emit(max(0, first + shift), state.chosen[0].pitch)

    def lengthen(self, steps: int, gesture: str = "") -> None:
        """Make the selected notes longer or shorter by grid steps."""
        state, step = self._state, self._state.snap.nudge_ticks
        notes = edits.end_moved(state.chosen, steps * step, min(step, state.snap.length_ticks))
        state.replace_notes(notes, "Change length", gesture)

    def begin_later(self, steps: int, gesture: str = "") -> None:
        """Move the beginnings of the selected notes by grid steps; their ends stay."""
        state, step = self._state, self._state.snap.nudge_ticks
        notes = edits.start_moved(state.chosen, steps * step, min(step, state.snap.length_ticks))
        state.replace_notes(notes, "Change length", gesture)

    def louder(self, change: int, gesture: str = "") -> None:
        state = self._state
        state.replace_notes(edits.with_velocity_change(state.chosen, change), "Change velocity", gesture)

    # --- clipboard ---------------------------------------------------------------------------------------

    def copy(self) -> None:
        if not self.has_selection:
            return
        state, data = self._state, QMimeData()
        data.setData(NOTES_MIME, msgspec.json.encode(state.chosen))
        if len(state.chosen) <= MOST_AS_MIDI:
            data.setData(MIDI_MIME, midi_bytes(of_notes(state.score, state.selection)))
        QGuiApplication.clipboard().setMimeData(data)

    def cut(self) -> None:
        self.copy()
        self.delete("Cut notes")

    def paste(self) -> None:
        """Put the copied notes down at the cursor, which then goes on to their end."""
        state, notes = self._state, copied_notes()
        if not notes:
            return
        start = min(note.start_ticks for note in notes)
        end = max(note.end_ticks for note in notes)
        placed = tuple(replace(n, start_ticks=n.start_ticks - start + state.cursor.ticks) for n in notes)
        self._add(placed, "Paste notes")
        span = state.snap.ceil(state.score, state.cursor.ticks + end - start)
        state.put_cursor(span, state.cursor.pitch)

    def duplicate(self) -> None:
        """Repeat the selection right after itself, on the grid."""
        state, notes = self._state, self._state.chosen
        if not notes:
            return
        start = min(note.start_ticks for note in notes)
        end = state.snap.ceil(state.score, max(note.end_ticks for note in notes))
        self._add(edits.moved(notes, end - start, 0), "Duplicate notes")
        state.reveal.emit(end, notes[0].pitch)

    def _add(self, notes: tuple[Note, ...], label: str) -> None:
        state = self._state
        state.commit_new(edits.put_down(state.score, state.track_index, notes), label)

    # --- cursor ------------------------------------------------------------------------------------------

    def draw_at_cursor(self) -> None:
        """Draw a note (or a stamp's chord) of the grid's length and go on to its end: Enter, Enter writes a line."""
        state, cursor = self._state, self._state.cursor
        notes = state.pen_notes(cursor.ticks, state.snap.length_ticks, cursor.pitch)
        state.audition(notes)
        label = "Draw a note" if len(notes) == 1 else "Draw a chord"
        state.commit(edits.put_down(state.score, state.track_index, notes), label)
        self._go_to(notes[0].end_ticks, cursor.pitch)

    def move_cursor(self, steps: int, semitones: int) -> None:
        state, cursor = self._state, self._state.cursor
        ticks = state.grid_step(cursor.ticks, steps) if steps else cursor.ticks
        self._go_to(ticks, cursor.pitch + semitones)
        if semitones:
            state.auditioned.emit(state.cursor.pitch, state.pen_velocity)

    def select_at_cursor(self) -> None:
        """Select the note under the cursor, so that the arrow keys move it."""
        note = self._state.index.at(self._state.cursor.ticks, self._state.cursor.pitch)
        if note is not None:
            self._state.select({note.id})

    def walk(self, way: int, adding: bool = False) -> None:
        """Select the next note (way 1) or the one before (-1), from the selected ones or from the cursor."""
        state, notes = self._state, self._state.index.notes
        if state.chosen:
            here = (state.chosen[-1] if way > 0 else state.chosen[0]).sort_key
        else:
            here = (state.cursor.ticks, -1, -1)
        at = bisect_right(notes, here, key=ORDER) if way > 0 else bisect_left(notes, here, key=ORDER) - 1
        if 0 <= at < len(notes):
            note = notes[at]
            state.select(state.selection | {note.id} if adding else {note.id})
            state.auditioned.emit(note.pitch, note.velocity)
            self._go_to(note.start_ticks, note.pitch)

    def mark_from(self) -> None:
        """The mark begins at the cursor; it keeps its end, or gets that of the bar."""
        state, start = self._state, self._state.cursor.ticks
        end = state.region[1] if state.region and state.region[1] > start else 0
        state.region_drawn.emit((start, end or state.score.bar_start(state.score.bar_of(start) + 1)))

    def mark_to(self) -> None:
        """The mark ends at the cursor; it keeps its beginning, or gets that of the bar before."""
        state, end = self._state, self._state.cursor.ticks
        if end:
            start = state.region[0] if state.region else end
            if start >= end:
                start = state.score.bar_start(state.score.bar_of(end - 1))
            state.region_drawn.emit((start, end))

    def _go_to(self, ticks: int, pitch: int) -> None:
        self._state.put_cursor(ticks, pitch)
        self._state.reveal.emit(self._state.cursor.ticks, self._state.cursor.pitch)


def copied_notes() -> tuple[Note, ...]:
    """The notes on the clipboard, our own or another program's MIDI; none when it holds anything else."""
    data = QGuiApplication.clipboard().mimeData()
    if data is not None and data.hasFormat(MIDI_MIME) and not data.hasFormat(NOTES_MIME):
        return _notes_in(bytes(data.data(MIDI_MIME).data()))
    if data is None or not data.hasFormat(NOTES_MIME):
        return ()
    raw = bytes(data.data(NOTES_MIME).data())
    decode: Callable[[bytes], list[Note]] = msgspec.json.Decoder(list[Note]).decode
    try:
        return tuple(decode(raw)) if len(raw) <= MAX_CLIPBOARD_BYTES else ()
    except msgspec.DecodeError:
        return ()


def _notes_in(content: bytes) -> tuple[Note, ...]:
    """All notes of a small MIDI file; none of what is no such file."""
    try:
        reading = midi_reading(content, "clipboard") if len(content) <= MAX_MIDI_BYTES else None
    except StudioError:
        return ()
    return tuple(reading.score.notes()) if reading else ()
