"""The commands about notes, scales and chords of the music desk. GUI thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtWidgets import QToolButton

from studio.core.session import MUSIC
from studio.ui.commands import Command
from studio.ui.music.snap import Snap, beside, other_kind

if TYPE_CHECKING:
    from studio.ui.music.desk import MusicDesk


def note_commands(desk: MusicDesk) -> tuple[Command, ...]:
    """All that the Notes menu has, and what it is about: scales and chords."""
    return (
        *_pitches(desk),
        *_amounts(desk),
        *_shapes(desk),
        *_selecting(desk),
        *_stamps(desk),
        *_grids(desk),
        *_chords(desk),
    )


def _pitches(desk: MusicDesk) -> tuple[Command, ...]:
    notes = desk.roll.actions_on_notes
    return (
        Command("transpose-up", tr("Transpose up a semitone"), "Notes", lambda: notes.transpose(1), "Alt+Up",
                desk=MUSIC),
        Command("transpose-down", tr("Transpose down a semitone"), "Notes", lambda: notes.transpose(-1), "Alt+Down",
                desk=MUSIC),
        Command("octave-up", tr("Transpose up an octave"), "Notes", lambda: notes.transpose(12), "Alt+Shift+Up",
                desk=MUSIC),
        Command("octave-down", tr("Transpose down an octave"), "Notes", lambda: notes.transpose(-12),
                "Alt+Shift+Down", desk=MUSIC),
    )  # fmt: skip


def _amounts(desk: MusicDesk) -> tuple[Command, ...]:
    """What is done by amounts: at once with those of the last time, or through a form that shows them."""
    forms = desk.note_popovers
    return (
        Command("quantise", tr("Quantise"), "Notes", forms.quantise.once, "Ctrl+U",
                tr("Draws the selected notes, or all, to the grid, as strongly as the last time"), desk=MUSIC),
        Command("quantise-by", tr("Quantise…"), "Notes", forms.quantise.ask, "Ctrl+Shift+U",
                tr("Grid, strength, swing, ends, and what is left alone"), desk=MUSIC),
        Command("swing", tr("Swing"), "Notes", forms.swing.once,
                hint=tr("Every second line of the grid comes late, as much as the last time"), desk=MUSIC),
        Command("swing-by", tr("Swing…"), "Notes", forms.swing.ask, "Shift+S", desk=MUSIC),
        Command("humanise", tr("Humanise"), "Notes", forms.humanise.once, "Ctrl+H",
                tr("Small chances in time and loudness; other ones each time"), desk=MUSIC),
        Command("humanise-by", tr("Humanise…"), "Notes", forms.humanise.ask, "Shift+H", desk=MUSIC),
        Command("stretch-by", tr("Stretch…"), "Notes", forms.stretch.ask, "Shift+X",
                tr("In proportion, or to fill a number of bars"), desk=MUSIC),
        Command("velocity-by", tr("Velocity…"), "Notes", forms.velocity.ask, "Shift+V",
                tr("In proportion, all the same, or from one loudness to another"), desk=MUSIC),
    )  # fmt: skip


def _shapes(desk: MusicDesk) -> tuple[Command, ...]:
    shape = desk.roll.shaping

    def chosen() -> bool:
        return shape.has_selection

    return (
        Command("split-at-cursor", tr("Split at the cursor"), "Notes", shape.split_at_cursor, "Ctrl+B", desk=MUSIC),
        Command("split-on-grid", tr("Split on the grid"), "Notes", shape.split_on_grid, "Ctrl+Shift+B", desk=MUSIC,
                enabled_when=chosen),
        Command("glue-notes", tr("Glue together"), "Notes", shape.glue, "Ctrl+J",
                tr("One long note for all selected notes of a pitch"), desk=MUSIC, enabled_when=chosen),
        Command("legato", tr("Legato"), "Notes", shape.legato, "Ctrl+G",
                tr("Holds every note until the next one begins"), desk=MUSIC),
        Command("reverse-notes", tr("Play backwards"), "Notes", shape.reverse, "Ctrl+R", desk=MUSIC,
                enabled_when=chosen),
        Command("invert-notes", tr("Turn upside down"), "Notes", shape.invert, "Ctrl+I",
                tr("Mirrors the pitches about the first selected note"), desk=MUSIC, enabled_when=chosen),
        Command("double-length", tr("Twice as long"), "Notes", lambda: shape.stretch(2, 1), "Ctrl+Alt+Right",
                desk=MUSIC, enabled_when=chosen),
        Command("half-length", tr("Half as long"), "Notes", lambda: shape.stretch(1, 2), "Ctrl+Alt+Left",
                desk=MUSIC, enabled_when=chosen),
        Command("mute-notes", tr("Mute the notes, or let them sound"), "Notes", shape.mute, "Ctrl+Alt+U",
                tr("Muted notes stay, hollow, and are heard neither by you nor by the models"), desk=MUSIC,
                enabled_when=chosen),
        Command("lock-notes", tr("Lock the notes, or unlock them"), "Notes", shape.lock, "Ctrl+Alt+L",
                tr("No model changes a locked note: ideas flow around it. Your own hand still does"), desk=MUSIC,
                enabled_when=chosen),
        Command("pedal-notes", tr("Pedal through the selection"), "Notes", shape.pedal, "Ctrl+Shift+H", desk=MUSIC,
                enabled_when=chosen),
    )  # fmt: skip


def _selecting(desk: MusicDesk) -> tuple[Command, ...]:
    shape = desk.roll.shaping

    def chosen() -> bool:
        return shape.has_selection

    words = {
        "pitch": tr("Select the same pitch"),
        "pitch class": tr("Select the same pitch in all octaves"),
        "length": tr("Select the same length"),
    }
    passages = {
        "rhythm": tr("Select the same rhythm"),
        "melody": tr("Select the same melody, at any height"),
        "contour": tr("Select the same contour"),
    }
    return (
        *(
            Command(f"select-same-{by}", title, "Notes", partial(shape.select_passages, by), desk=MUSIC,
                    enabled_when=chosen)
            for by, title in passages.items()
        ),
        Command("select-marked", tr("Select what begins in the mark"), "Notes", shape.select_marked, desk=MUSIC,
                enabled_when=lambda: desk.roll.state.region is not None),
        Command("mark-selected", tr("Mark the selected notes"), "Notes", shape.mark_selected, "Shift+L",
                tr("For the loop, and for the models"), desk=MUSIC, enabled_when=chosen),
        *(
            Command(f"select-same-{by.replace(' ', '-')}", title, "Notes", partial(shape.select_alike, by), desk=MUSIC,
                    enabled_when=chosen)
            for by, title in words.items()
        ),
        Command("select-other-notes", tr("Select all others"), "Notes", shape.select_others, "Ctrl+Shift+I",
                desk=MUSIC),
    )  # fmt: skip


def _stamps(desk: MusicDesk) -> tuple[Command, ...]:
    button, state = desk.strip.stamp_button, desk.roll.state
    return (
        Command("choose-stamp", tr("Draw chords…"), "Notes", partial(open_menu, button), "Shift+D",
                tr("What the pencil and Enter put down: a note, or a chord in some position"), desk=MUSIC),
        Command("next-inversion", tr("The next inversion of what is drawn"), "Notes", button.next_inversion,
                "Shift+I", desk=MUSIC, enabled_when=lambda: state.stamp.is_chord),
    )  # fmt: skip


def _grids(desk: MusicDesk) -> tuple[Command, ...]:
    state, strip = desk.roll.state, desk.strip

    def use(snap: Snap) -> None:
        desk.roll.use_snap(snap)
        strip.show_snap(snap)

    return (
        Command("finer-grid", tr("A finer grid"), "View", lambda: use(beside(state.snap, 1)), "Alt+.", desk=MUSIC),
        Command("coarser-grid", tr("A coarser grid"), "View", lambda: use(beside(state.snap, -1)), "Alt+,",
                desk=MUSIC),
        Command("other-grid", tr("Grid: straight, triplet, dotted"), "View", lambda: use(other_kind(state.snap)),
                "Alt+-", desk=MUSIC),
        Command("choose-scale", tr("Choose a scale…"), "View", partial(open_menu, strip.scale_button), "Shift+J",
                tr("Shown on the rows, and kept by what you draw if you like"), desk=MUSIC),
    )  # fmt: skip


def open_menu(button: QToolButton) -> None:
    """What a button offers, for the keyboard."""
    button.menu().popup(button.mapToGlobal(QPoint(0, button.height())))


def _chords(desk: MusicDesk) -> tuple[Command, ...]:
    harmony, state = desk.harmony, desk.roll.state

    def written() -> bool:
        return bool(desk.session.score.chords)

    return (
        Command("hear-scale", tr("Show the scale of the notes"), "View", desk.show_heard_scale, desk=MUSIC),
        Command("keep-scale", tr("Keep to the scale"), "View",
                lambda: state.use_scale(state.scale, not state.keeps_scale), "Ctrl+Alt+K",
                tr("What is drawn and moved lands on the scale that is shown; arrow keys go by its steps"), desk=MUSIC,
                enabled_when=lambda: state.scale is not None, checked_when=lambda: state.keeps_scale),
        Command("put-on-scale", tr("Put on the scale"), "Notes", desk.roll.shaping.put_on_scale, desk=MUSIC,
                enabled_when=lambda: state.scale is not None),
        Command("write-chord", tr("Write a chord at the cursor…"), "Notes", desk.roll.write_chord, "Ctrl+Shift+C",
                desk=MUSIC),
        Command("name-chords", tr("Name the chords by ear"), "Notes", harmony.name_by_ear,
                hint=tr("Chord symbols for the marked bars, or all, from the notes of all tracks"), desk=MUSIC),
        Command("write-out-chords", tr("Write the chords out as notes"), "Notes", harmony.write_out,
                hint=tr("On a track named Chords"), desk=MUSIC, enabled_when=written),
        Command("clear-chords", tr("Take all chord symbols away"), "Notes", harmony.clear, desk=MUSIC,
                enabled_when=written),
    )  # fmt: skip


def tr(text: str) -> str:
    return QCoreApplication.translate("NoteCommands", text)
