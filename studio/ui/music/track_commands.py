"""The commands about tracks of the music desk, and the menu of a row with some of them. GUI thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from studio.core.session import MUSIC
from studio.ui.commands import Command

if TYPE_CHECKING:
    from studio.ui.music.desk import MusicDesk

ROW_MENU = (
    ("name-track", "choose-instrument", "duplicate-track", "remove-track"),
    ("track-up", "track-down", "merge-track-up", "merge-track-down", "split-track"),
)


def track_commands(desk: MusicDesk) -> tuple[Command, ...]:
    """All that the Track menu has, and what shows of tracks."""
    return (*_which(desk), *_shape(desk), *_sound(desk), *_notes(desk))


def _which(desk: MusicDesk) -> tuple[Command, ...]:
    tracks, files = desk.tracks, desk.track_files
    return (
        Command("add-track", tr("Add a track"), "Track", tracks.add, "Ctrl+T", icon="plus", desk=MUSIC),
        Command("add-drums", tr("Add a drum kit"), "Track", tracks.add_drums, "Ctrl+Alt+Shift+T", desk=MUSIC),
        Command("duplicate-track", tr("Duplicate the track"), "Track", tracks.duplicate, "Ctrl+Shift+D", desk=MUSIC),
        Command("remove-track", tr("Remove the track"), "Track", tracks.remove, "Ctrl+Alt+Shift+Del", desk=MUSIC,
                enabled_when=lambda: tracks.can_remove),
        Command("next-track", tr("Go to the track below"), "Track", partial(tracks.step, 1), "Alt+PgDown", desk=MUSIC,
                enabled_when=lambda: tracks.can_move(1)),
        Command("previous-track", tr("Go to the track above"), "Track", partial(tracks.step, -1), "Alt+PgUp",
                desk=MUSIC, enabled_when=lambda: tracks.can_move(-1)),
        Command("focus-tracks", tr("Bring the keyboard to the tracks"), "Track", desk.focus_tracks, "Ctrl+Alt+J",
                tr("Up and Down choose, M mutes, S solos, F2 names, Enter chooses an instrument"), desk=MUSIC),
        Command("add-score-tracks", tr("Add a score's tracks…"), "File", files.choose_and_add, "Ctrl+Alt+A",
                tr("The tracks of another MIDI, MusicXML or ABC file, from the start; tempo and metre stay"),
                desk=MUSIC),
        Command("add-score-tracks-here", tr("Add a score's tracks at the playhead…"), "File",
                lambda: files.choose_and_add(desk.playback.position_ticks), desk=MUSIC,
                enabled_when=lambda: desk.playback.position_ticks > 0),
    )  # fmt: skip


def _shape(desk: MusicDesk) -> tuple[Command, ...]:
    tracks, state = desk.tracks, desk.roll.state

    def below() -> bool:
        return tracks.can_move(1)

    def above() -> bool:
        return tracks.can_move(-1)

    return (
        Command("track-up", tr("Move the track up"), "Track", partial(tracks.move_by, -1), "Alt+Shift+PgUp",
                desk=MUSIC, enabled_when=above),
        Command("track-down", tr("Move the track down"), "Track", partial(tracks.move_by, 1), "Alt+Shift+PgDown",
                desk=MUSIC, enabled_when=below),
        Command("merge-track-up", tr("Merge into the track above"), "Track", partial(tracks.merge, -1), desk=MUSIC,
                enabled_when=above),
        Command("merge-track-down", tr("Merge into the track below"), "Track", partial(tracks.merge, 1), desk=MUSIC,
                enabled_when=below),
        Command("split-track", tr("Split the track at the cursor's pitch"), "Track",
                lambda: tracks.split_at(state.cursor.pitch),
                hint=tr("Left and right hand: notes below the cursor go to a track of their own"), desk=MUSIC,
                enabled_when=lambda: tracks.can_split_at(state.cursor.pitch)),
    )  # fmt: skip


def _sound(desk: MusicDesk) -> tuple[Command, ...]:
    tracks = desk.tracks
    return (
        Command("name-track", tr("Name the track…"), "Track", desk.name_track, "Shift+F2", desk=MUSIC),
        Command("choose-instrument", tr("Choose the instrument…"), "Track", desk.choose_instrument, "Ctrl+Alt+Y",
                desk=MUSIC),
        Command("mute-track", tr("Mute the track"), "Track", tracks.toggle_mute, "Ctrl+M", desk=MUSIC,
                checked_when=lambda: tracks.track.muted),
        Command("solo-track", tr("Solo the track"), "Track", tracks.toggle_solo, "Ctrl+Alt+M", desk=MUSIC,
                checked_when=lambda: tracks.track.solo),
        Command("lock-track", tr("Lock the track"), "Track", tracks.toggle_lock, "Ctrl+Alt+Shift+M",
                tr("No model writes on it or changes what it holds; your hand still may"), desk=MUSIC,
                checked_when=lambda: tracks.track.locked),
    )  # fmt: skip


def _notes(desk: MusicDesk) -> tuple[Command, ...]:
    sending, state = desk.sending, desk.roll.state
    return (
        Command("move-to-track", tr("Move the notes to track…"), "Track", partial(sending.ask, copies=False),
                "Ctrl+Alt+Shift+X", tr("Or drag them onto a row of the tracks"), desk=MUSIC,
                enabled_when=lambda: sending.can_send),
        Command("copy-to-track", tr("Copy the notes to track…"), "Track", partial(sending.ask, copies=True),
                "Ctrl+Alt+Z", desk=MUSIC, enabled_when=lambda: sending.can_send),
        Command("show-other-tracks", tr("Show other tracks"), "View",
                lambda: state.show_others(not state.shows_others), "Ctrl+Alt+G",
                tr("The notes of the other tracks as shadows; a double click goes to one"), desk=MUSIC,
                checked_when=lambda: state.shows_others),
    )  # fmt: skip


def run_command(desk: MusicDesk, command_id: str) -> None:
    """What a button of the panel asks for."""
    command = next(one for one in track_commands(desk) if one.id == command_id)
    if command.enabled_when():
        command.run()


def track_menu(desk: MusicDesk) -> QMenu:
    """What can be done with the track that is edited; the menu goes when it is closed."""
    commands = {command.id: command for command in track_commands(desk)}
    menu = QMenu(desk.tracklist, objectName="track-menu")
    for group in ROW_MENU:
        for command_id in group:
            command = commands[command_id]
            action = menu.addAction(command.title)
            action.setShortcut(QKeySequence.fromString(command.shortcut))
            action.setEnabled(command.enabled_when())
            action.triggered.connect(lambda _on=False, run=command.run: run())
        menu.addSeparator()
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def tr(text: str) -> str:
    return QCoreApplication.translate("TrackCommands", text)
