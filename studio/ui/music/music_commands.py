"""The commands of the music desk, as data for menus, palette and shortcut page. GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.core.session import MUSIC
from studio.ui.commands import Command
from studio.ui.music.duet_commands import duet_commands
from studio.ui.music.idea_commands import idea_commands
from studio.ui.music.note_commands import note_commands
from studio.ui.music.panel_commands import panel_commands
from studio.ui.music.time_commands import time_commands
from studio.ui.music.track_commands import track_commands

if TYPE_CHECKING:
    from studio.ui.music.desk import MusicDesk


def music_commands(desk: MusicDesk) -> tuple[Command, ...]:
    """Every command of the desk."""
    groups = (
        _file,
        _edit,
        time_commands,
        note_commands,
        _play,
        track_commands,
        _compose,
        idea_commands,
        duet_commands,
        panel_commands,
        _view,
    )
    return tuple(command for group in groups for command in group(desk))


def _file(desk: MusicDesk) -> tuple[Command, ...]:
    files = desk.files

    def has_notes() -> bool:
        return any(True for _ in desk.session.score.notes())

    return (
        Command("open-score", tr("Open a score…"), "File", files.choose_and_open, "Ctrl+O", icon="folder-open-outline",
                desk=MUSIC),
        Command("file-notes", tr("What could not be kept…"), "File", desk.file_notes.show_list,
                hint=tr("All that is not as it was in the file that was opened or written last"), desk=MUSIC,
                enabled_when=lambda: bool(desk.file_notes.warnings)),
        Command("export-midi", tr("Export MIDI…"), "File", files.choose_and_export, "Ctrl+E", icon="export",
                desk=MUSIC, enabled_when=has_notes),
        Command("export-notation", tr("Export notation…"), "File", files.choose_and_export_notation, "Ctrl+Alt+E",
                tr("MusicXML or ABC, for programs that engrave"), desk=MUSIC, enabled_when=has_notes),
        Command("export-pages", tr("Export engraved pages…"), "File", files.choose_and_export_pages, "Ctrl+P",
                tr("The score as a musician reads it: PDF, PNG or SVG"), desk=MUSIC, enabled_when=has_notes),
        Command("export-wav", tr("Export sound…"), "File", files.choose_and_render, "Ctrl+Shift+E",
                tr("WAV, FLAC or OGG"), desk=MUSIC, enabled_when=has_notes),
        Command("export-stems", tr("Export stems…"), "File", files.choose_and_render_stems, "Ctrl+Alt+Shift+E",
                tr("A sound file for each track that is heard; together they are the mix"), desk=MUSIC,
                enabled_when=has_notes),
    )  # fmt: skip


def _edit(desk: MusicDesk) -> tuple[Command, ...]:
    notes = desk.roll.actions_on_notes
    return (
        Command("cut-notes", tr("Cut"), "Edit", notes.cut, "Ctrl+X", desk=MUSIC),
        Command("copy-notes", tr("Copy"), "Edit", notes.copy, "Ctrl+C", desk=MUSIC),
        Command("paste-notes", tr("Paste at the cursor"), "Edit", notes.paste, "Ctrl+V", desk=MUSIC),
        Command("duplicate-notes", tr("Duplicate"), "Edit", notes.duplicate, "Ctrl+D", desk=MUSIC),
        Command("delete-notes", tr("Delete"), "Edit", notes.delete, "Del", desk=MUSIC),
        Command("select-all-notes", tr("Select all"), "Edit", notes.select_all, "Ctrl+A", desk=MUSIC),
    )  # fmt: skip


def _play(desk: MusicDesk) -> tuple[Command, ...]:
    playback, bar = desk.playback, desk.transport

    def marked() -> bool:
        return bool(desk.session.score.markers)

    return (
        Command("play", tr("Play or pause"), "Play", playback.toggle, "Space", icon="play", desk=MUSIC),
        Command("stop", tr("Stop"), "Play", playback.stop, "Ctrl+.", icon="stop", desk=MUSIC),
        Command("record", tr("Record"), "Play", desk.record, "Ctrl+Alt+R", tr("What you play becomes notes"), "record",
                desk=MUSIC, checked_when=lambda: desk.recorder.is_on),
        Command("type-notes", tr("Play on the computer's keyboard"), "Play", desk.toggle_typing, "Ctrl+Alt+P",
                tr("A to ; are white keys, Z and X change the octave"), desk=MUSIC,
                checked_when=lambda: desk.roll.typing.is_on),
        Command("panic", tr("Silence everything"), "Play", playback.panic, "Ctrl+Shift+.", desk=MUSIC),
        Command("to-start", tr("Go to the start"), "Play", lambda: desk.go_to(0), "Home", desk=MUSIC),
        Command("to-cursor", tr("Bring the playhead to the cursor"), "Play",
                lambda: desk.go_to(desk.roll.state.cursor.ticks), "Shift+P",
                tr("Where the arrow keys have gone, or the last click"), desk=MUSIC),
        Command("name-place", tr("Name this place…"), "Play", desk.roll.name_place, "Ctrl+Alt+N",
                tr("A marker where the playhead stands"), desk=MUSIC),
        Command("next-marker", tr("Go to the next marker"), "Play", lambda: desk.go_to_marker(1), "Ctrl+PgDown",
                desk=MUSIC, enabled_when=marked),
        Command("previous-marker", tr("Go to the marker before"), "Play", lambda: desk.go_to_marker(-1),
                "Ctrl+PgUp", desk=MUSIC, enabled_when=marked),
        Command("loop", tr("Loop"), "Play", desk.toggle_loop, "Ctrl+L",
                tr("Plays the marked bars, or all of it, again and again"), desk=MUSIC,
                checked_when=bar.loop_button.isChecked),
        Command("metronome", tr("Metronome"), "Play", bar.metronome_button.toggle, "Ctrl+Alt+C", desk=MUSIC,
                checked_when=bar.metronome_button.isChecked),
        Command("count-in", tr("Count a bar in"), "Play", bar.count_in_button.toggle, desk=MUSIC,
                checked_when=bar.count_in_button.isChecked),
        Command("tap-tempo", tr("Tap the tempo"), "Play", desk.tap_tempo, "Ctrl+Shift+T",
                tr("Press it on each beat"), desk=MUSIC),
        Command("clear-mark", tr("Clear the mark"), "Play", lambda: desk.mark(None), "Ctrl+Shift+M", desk=MUSIC,
                enabled_when=lambda: desk.roll.state.region is not None),
    )  # fmt: skip


def _compose(desk: MusicDesk) -> tuple[Command, ...]:
    writer, ways = desk.cowriter, desk.ways
    return (
        Command("compose-go", tr("Continue"), "Compose", writer.continue_, "Ctrl+Return",
                tr("The model plays on from your notes, or fills the marked bars"), "creation", desk=MUSIC),
        Command("compose-infill", tr("Infill"), "Compose", ways.infill, "Ctrl+Alt+Shift+F",
                tr("Fills the marked bars, or the gap at the playhead, around your notes"), desk=MUSIC),
        Command("compose-vary", tr("Vary"), "Compose", ways.vary, "Ctrl+Alt+Shift+V",
                tr("Ideas in place of the marked bars, or of the selected notes"), desk=MUSIC),
        Command("ask-origin", tr("Where has this been before?"), "Compose", desk.ask_origin, "Ctrl+Alt+O",
                tr("Looks for the selected notes, the marked bars or the track in what the models learned from"),
                desk=MUSIC),
        Command("find-chords", tr("Find chords for the melody"), "Compose", ways.find_chords, "Ctrl+Alt+F",
                tr("For the marked bars, or all; chords that you wrote stay"), desk=MUSIC,
                enabled_when=lambda: desk.harmonist.can_find_chords),
        Command("write-voices", tr("Harmonise in four voices"), "Compose", ways.harmonise, "Ctrl+Alt+H",
                tr("The missing voices of a chorale, each on a track of its own"), desk=MUSIC,
                enabled_when=lambda: desk.harmonist.can_write_voices),
        Command("accompany", tr("Accompany the melody"), "Compose", ways.accompany, "Ctrl+Alt+B",
                tr("Bass and chords in the marked bars, or all through, on tracks of their own"), desk=MUSIC,
                enabled_when=lambda: desk.harmonist.can_accompany),
        Command("play-on", tr("Play on"), "Compose", desk.playing_on.toggle, "Ctrl+Shift+Space",
                tr("Plays, and the model goes on writing before the music comes to its end"), desk=MUSIC,
                checked_when=lambda: desk.playing_on.is_on),
        Command("compose-another", tr("Again, from another seed"), "Compose", writer.again, "Ctrl+Shift+Return",
                desk=MUSIC),
    )  # fmt: skip


def _view(desk: MusicDesk) -> tuple[Command, ...]:
    roll = desk.roll
    return (
        Command("roll-zoom-in", tr("Zoom in"), "View", lambda: roll.zoom_time(1), "Ctrl++", desk=MUSIC),
        Command("roll-zoom-out", tr("Zoom out"), "View", lambda: roll.zoom_time(-1), "Ctrl+-", desk=MUSIC),
        Command("rows-higher", tr("Higher rows"), "View", lambda: roll.zoom_pitch(1), "Ctrl+Alt++", desk=MUSIC),
        Command("rows-lower", tr("Lower rows"), "View", lambda: roll.zoom_pitch(-1), "Ctrl+Alt+-", desk=MUSIC),
        Command("enter-lane", tr("Go to the lane below the notes"), "View", roll.lanes.enter, "F6",
                tr("Arrows move and change there, Delete takes away, Esc comes back"), desk=MUSIC,
                enabled_when=lambda: roll.lanes.takes_keys),
        Command("show-surprise", tr("Colour notes by surprise"), "View", desk.surprise.toggle, "Ctrl+Alt+S",
                tr("How likely the model finds each note; click one for what it would rather have"), desk=MUSIC,
                enabled_when=lambda: desk.cowriter.card is not None, checked_when=lambda: desk.surprise.is_on),
        Command("next-lane", tr("The next lane below the notes"), "View", roll.lanes.show_next, "Ctrl+Alt+V",
                tr("Velocity, pedal, expression, bend ..."), desk=MUSIC),
        Command("clear-lane", tr("Clear the lane"), "Notes", roll.lanes.clear,
                hint=tr("Takes away all that the controller below the notes does on this track"), desk=MUSIC,
                enabled_when=lambda: roll.lanes.can_clear),
        Command("show-page", tr("Show the page"), "View", desk.paging.toggle, "F7",
                tr("The score engraved, as a musician reads it; it follows what you write"), "file-music-outline",
                desk=MUSIC, checked_when=lambda: desk.paging.is_open),
        Command("print-pages", tr("Print…"), "File", desk.paging.print, "Ctrl+Alt+Shift+P",
                tr("The engraved pages"), "printer-outline", desk=MUSIC,
                enabled_when=lambda: any(True for _ in desk.session.score.notes())),
        Command("roll-zoom-all", tr("Show the whole piece"), "View", roll.zoom_to_all, "Ctrl+0", desk=MUSIC),
        Command("roll-zoom-selection", tr("Show the selected notes"), "View", roll.zoom_to_selection, "Ctrl+9",
                desk=MUSIC, enabled_when=lambda: roll.shaping.has_selection),
    )  # fmt: skip


def tr(text: str) -> str:
    return QCoreApplication.translate("MusicCommands", text)
