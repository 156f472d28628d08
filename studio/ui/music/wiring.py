"""What is connected to what on the music desk: signals of its parts to what the desk and its helpers do. GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from studio.ui.music.panel_commands import bring_to_front
from studio.ui.music.pianoroll.state import Tool
from studio.ui.music.track_commands import run_command, track_menu

if TYPE_CHECKING:
    from studio.ui.music.desk import MusicDesk

COUNT_MS = 40


def wire(desk: MusicDesk) -> None:
    """Once, when every part is there."""
    for connect in (
        _words,
        _roll,
        _tracks,
        _time,
        _playback,
        _sound,
        _compose,
        _asking,
        _ideas,
        _phrases,
        _panels,
        _keep,
        _play_on,
        _duet,
        _files,
        _page,
    ):
        connect(desk)


def _words(desk: MusicDesk) -> None:
    """What the helpers have to say is said by the desk."""
    helpers: tuple[QObject, ...] = (
        desk.track_files,
        desk.sending,
        desk.surprise,
        desk.harmony,
        desk.harmonist,
        desk.origins,
        desk.playing_in,
        desk.phrasing,
        desk.ways,
        desk.duetting,
    )
    for helper in helpers:
        for said in ("trouble", "notice"):
            if hasattr(helper, said):
                getattr(helper, said).connect(getattr(desk, said))


def _roll(desk: MusicDesk) -> None:
    roll, strip, state = desk.roll, desk.strip, desk.roll.state
    roll.edited.connect(desk.session.change_score)
    roll.gesture_ended.connect(desk.session.end_gesture)
    roll.selection_changed.connect(desk.commands_changed)
    roll.region_drawn.connect(desk.mark)
    roll.auditioned.connect(lambda pitch, velocity: desk.playback.audition(pitch, velocity, state.track))
    strip.tool_chosen.connect(state.use_tool)
    state.tool_changed.connect(strip.show_tool)
    strip.snap_chosen.connect(roll.use_snap)
    strip.scale_button.chosen.connect(state.use_scale)
    strip.scale_button.guess_requested.connect(desk.show_heard_scale)
    state.scale_changed.connect(lambda: strip.scale_button.show_scale(state.scale, state.keeps_scale))
    state.scale_changed.connect(desk.commands_changed)
    strip.track_chosen.connect(desk.choose_track)
    for box in (strip.snap_box, strip.track_box):
        box.activated.connect(lambda _: roll.setFocus())
    strip.show_tool(state.tool)
    strip.show_snap(state.snap)


def _tracks(desk: MusicDesk) -> None:
    panel, wishes, tracks = desk.tracklist, desk.tracklist.wishes, desk.tracks
    wishes.chosen.connect(desk.choose_track)
    wishes.stepped.connect(tracks.step)
    wishes.stepped.connect(desk.focus_tracks)
    wishes.renamed.connect(tracks.name)
    wishes.muted.connect(tracks.mute)
    wishes.soloed.connect(tracks.solo)
    wishes.locked.connect(tracks.lock)
    wishes.volume_moved.connect(tracks.set_volume)
    wishes.pan_moved.connect(tracks.set_pan)
    wishes.released.connect(desk.session.end_gesture)
    wishes.played_by.connect(tracks.play_by)
    wishes.tried.connect(desk.playback.try_instrument)
    wishes.moved.connect(tracks.move)
    wishes.file_dropped.connect(desk.track_files.add)
    wishes.asked.connect(lambda command_id: run_command(desk, command_id))
    wishes.menu_wanted.connect(lambda place: track_menu(desk).popup(place))
    wishes.left.connect(desk.roll.setFocus)
    desk.roll.track_wanted.connect(desk.go_to_note)
    grid = desk.roll.viewport()
    grid.row_at = panel.row_at
    grid.row_aimed_at.connect(panel.list.show_target)
    grid.notes_dropped.connect(desk.sending.send)
    panel.seen_changed.connect(lambda seen: desk.strip.show_track_box(not seen))


def _time(desk: MusicDesk) -> None:
    desk.roll.lanes.lane_changed.connect(desk.commands_changed)
    time, roll, stamps = desk.time_map, desk.roll, desk.strip.stamp_button
    stamps.chosen.connect(roll.state.use_stamp)
    stamps.chosen.connect(lambda _: roll.state.use_tool(Tool.DRAW))
    stamps.chosen.connect(lambda _: roll.setFocus())
    roll.state.stamp_changed.connect(stamps.show_stamp)
    roll.ruler.menu_requested.connect(time.show_menu)
    roll.ruler.meter_requested.connect(time.change_meter)
    roll.ruler.key_requested.connect(time.change_key)
    time.name_requested.connect(roll.markers.write_at)
    time.mark_moved.connect(desk.mark)
    time.bars_changed.connect(desk.cowriter.reject)


def _playback(desk: MusicDesk) -> None:
    bar, playback = desk.transport, desk.playback
    bar.play_requested.connect(playback.toggle)
    bar.stop_requested.connect(playback.stop)
    bar.record_requested.connect(desk.record)
    desk.recorder.switched.connect(bar.record_button.setChecked)
    desk.recorder.switched.connect(desk.commands_changed)
    bar.loop_toggled.connect(playback.use_loop)
    bar.metronome_toggled.connect(playback.use_metronome)
    bar.count_in_button.toggled.connect(playback.use_count_in)
    bar.tempo_chosen.connect(desk.use_tempo)
    bar.meter_chosen.connect(desk.use_meter)
    desk.roll.seek_requested.connect(playback.seek)
    playback.moved.connect(desk.show_position)
    playback.counted.connect(bar.show_count)
    playback.playing_changed.connect(bar.show_playing)
    playback.problem_changed.connect(desk.show_problem)


def _sound(desk: MusicDesk) -> None:
    sound, playback = desk.sound, desk.playback
    sound.trouble.connect(desk.trouble)
    sound.notice.connect(desk.notice)
    sound.state_changed.connect(lambda state, problem: playback.show_problem())
    sound.strikes.watch(desk.roll)
    playback.struck.connect(sound.struck)
    playback.playing_changed.connect(sound.follow)


def _compose(desk: MusicDesk) -> None:
    panel, writer, roll = desk.compose, desk.cowriter, desk.roll
    panel.cancel_requested.connect(writer.stop)
    panel.retry_requested.connect(writer.retry)
    panel.model_chosen.connect(writer.choose_model)
    panel.form.changed.connect(lambda: writer.show_where(desk.session.score))
    panel.answer.accept_requested.connect(writer.accept_all)
    panel.answer.accept_bar_requested.connect(writer.accept_bar)
    panel.answer.reject_requested.connect(writer.reject)
    panel.answer.again_requested.connect(writer.again)
    roll.accept_requested.connect(writer.accept_all)
    roll.accept_bar_requested.connect(writer.accept_bar)
    roll.idea_requested.connect(writer.step)
    desk.surprise.switched.connect(desk.commands_changed)
    desk.origins.told.connect(panel.answer.show_origin)
    roll.ghost_accepted.connect(desk.keep_ghost)
    writer.ghosts_changed.connect(desk.show_ghosts)
    writer.notes_accepted.connect(lambda _: desk.roll.setFocus())


def _asking(desk: MusicDesk) -> None:
    """The six ways to ask, and chords that are suggested."""
    panel, writer, ways, roll = desk.compose, desk.cowriter, desk.ways, desk.roll
    panel.asked.connect(ways.take)
    desk.harmonist.ask = lambda: panel.ask
    desk.harmonist.voices = lambda: panel.voices.wish
    for change in (
        roll.selection_changed,
        desk.harmonist.changed,
        panel.form.changed,
        panel.voices.changed,
        panel.model_chosen,
        roll.state.region_changed,
    ):
        change.connect(ways.show_soon)
    desk.playback.moved.connect(ways.show_moved)
    writer.ideas_changed.connect(lambda: roll.show_chord_ghosts(writer.chords))
    roll.chords.suggestion_accepted.connect(writer.accept_chord)


def _ideas(desk: MusicDesk) -> None:
    answer, browsing = desk.compose.answer, desk.browsing
    answer.more_requested.connect(browsing.ask_for_more)
    answer.play_requested.connect(browsing.toggle_play)
    answer.parts.part_accepted.connect(desk.cowriter.accept_part)
    answer.reject_requested.connect(desk.roll.setFocus)
    browsing.left.connect(desk.roll.setFocus)


def _phrases(desk: MusicDesk) -> None:
    """What is suggested can be taken where it was asked for."""
    writer, choice = desk.cowriter, desk.phrasing.panel.choice
    choice.accept_button.clicked.connect(writer.accept_all)
    choice.reject_button.clicked.connect(writer.reject)
    choice.reject_button.clicked.connect(desk.roll.setFocus)
    writer.ideas_changed.connect(lambda: choice.setVisible(bool(writer.ghosts)))


def _panels(desk: MusicDesk) -> None:
    """Esc comes back to the notes."""
    for panel in (desk.compose, desk.phrasing.panel, desk.duetting.panel):
        panel.left.connect(desk.roll.setFocus)


def _keep(desk: MusicDesk) -> None:
    """What is locked is counted when the hand rests: there may be very many notes."""
    state, keep = desk.roll.state, desk.compose.form.keep
    rest = QTimer(desk.compose, singleShot=True, interval=COUNT_MS)

    def count() -> None:
        locked, chosen = sum(note.locked for note in state.track.notes), state.chosen
        keep.show_locked(locked, len(chosen), bool(chosen) and all(note.locked for note in chosen))

    rest.timeout.connect(count)
    keep.lock_requested.connect(desk.roll.shaping.lock)
    for changed in (desk.roll.selection_changed, desk.session.score_changed, desk.strip.track_chosen):
        changed.connect(lambda *_: rest.start())


def _play_on(desk: MusicDesk) -> None:
    helper, form, loop = desk.playing_on, desk.compose.form, desk.transport.loop_button
    form.play_on_button.clicked.connect(helper.toggle)
    form.steered.connect(helper.steer)
    helper.switched.connect(form.play_on_button.setChecked)
    helper.switched.connect(lambda on: loop.setChecked(loop.isChecked() and not on))
    helper.switched.connect(desk.commands_changed)


def _duet(desk: MusicDesk) -> None:
    duet, roll, playing_in = desk.duetting, desk.roll, desk.playing_in

    def show(on: bool) -> None:
        if on:
            bring_to_front(duet.panel)

    desk.playback.heard = lambda: duet.laid_into(desk.auditioning.heard())
    duet.ask = lambda: desk.compose.ask
    duet.card = lambda: desk.cowriter.card
    duet.ghosts_changed.connect(desk.cowriter.show_ghosts)
    duet.answer_shown.connect(lambda: roll.reveal_ahead(duet.ghosts))
    duet.switched.connect(desk.commands_changed)
    duet.switched.connect(lambda _: roll.setFocus())
    duet.switched.connect(show)
    duet.panel.skip_requested.connect(roll.setFocus)
    duet.panel.typing_requested.connect(desk.toggle_typing)
    playing_in.keys_changed.connect(duet.panel.show_keys)
    roll.reject_requested.connect(lambda: duet.skip() if duet.can_skip else desk.cowriter.reject())


def _files(desk: MusicDesk) -> None:
    for place in (desk.roll, desk.paging.panel):
        place.files_dropped.connect(desk.files.open_first)
    desk.files.warned.connect(desk.file_notes.show_warnings)
    desk.files.recipe = lambda: desk.cowriter.recipe
    desk.files.opened.connect(desk.take_opened)
    desk.files.trouble.connect(desk.trouble)
    desk.files.notice.connect(desk.notice)
    desk.files.render_requested.connect(desk.render_requested)


def _page(desk: MusicDesk) -> None:
    """The engraved page, and the handle that carries notes out of the window."""
    paging, drag = desk.paging, desk.midi_drag
    for helper in (paging, drag):
        helper.trouble.connect(desk.trouble)
        helper.notice.connect(desk.notice)
    drag.heard = desk.cowriter.heard
    desk.transport.add_at_end(desk.file_notes, drag.handle)
    paging.heard = desk.cowriter.heard
    desk.session.score_changed.connect(lambda _: paging.take_change())
    desk.cowriter.ideas_changed.connect(paging.take_change)
    desk.playback.moved.connect(lambda ticks, _: paging.show_position(ticks))
    paging.note_chosen.connect(desk.go_to_notes)
    paging.bar_chosen.connect(desk.go_to)
    paging.panel.files_dropped.connect(desk.files.open_first)
    paging.panel.export_requested.connect(desk.files.choose_and_export_pages)
