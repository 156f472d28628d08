"""MusicDesk: joins the session, the roll, the transport, the co-writer, the player and the files. GUI thread."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from studio.core import marker_edits
from studio.core.errors import StudioError
from studio.core.messages import Reply, Request
from studio.core.recipe import Recipe
from studio.core.score import TICKS_PER_QUARTER, NoteId, Score
from studio.core.session import Session
from studio.core.time_edits import usual_bpm
from studio.core.track_edits import followed
from studio.engines.catalogue import CatalogueEntry
from studio.inference.continuation import melody_track
from studio.ui.background import Background
from studio.ui.commands import Command
from studio.ui.music.answering import Answering
from studio.ui.music.asking import Place
from studio.ui.music.auditioning import Auditioning
from studio.ui.music.browsing import Browsing
from studio.ui.music.compose.compose_panel import ComposePanel
from studio.ui.music.cowriter import CoWriter
from studio.ui.music.duetting import Duetting
from studio.ui.music.file_notes import FileNotes
from studio.ui.music.harmonist import Harmonist
from studio.ui.music.harmony import Harmony
from studio.ui.music.midi_handle import MidiDrag
from studio.ui.music.more_like import MoreLike
from studio.ui.music.music_commands import music_commands
from studio.ui.music.note_sending import NoteSending
from studio.ui.music.origins import Origins
from studio.ui.music.paging import Paging
from studio.ui.music.phrasing import Phrasing
from studio.ui.music.pianoroll.note_popovers import NotePopovers
from studio.ui.music.pianoroll.roll import PianoRoll
from studio.ui.music.pianoroll.time_map import TimeMap
from studio.ui.music.pianoroll.tool_strip import ToolStrip
from studio.ui.music.playback import Playback
from studio.ui.music.playing_in import PlayingIn
from studio.ui.music.playing_on import PlayingOn
from studio.ui.music.recorder import Recorder
from studio.ui.music.redrawing import Redrawing
from studio.ui.music.score_files import ScoreFiles
from studio.ui.music.sound import Player, Sound
from studio.ui.music.suggestion import Ghost
from studio.ui.music.surprise import Surprise
from studio.ui.music.track_files import TrackFiles
from studio.ui.music.tracklist.tracks_panel import TracksPanel
from studio.ui.music.tracks import Tracks
from studio.ui.music.transport.tapping import TapTempo
from studio.ui.music.transport.transport_bar import TransportBar
from studio.ui.music.wayfinder import Wayfinder
from studio.ui.music.wiring import wire

REST_MS = 600
WHERE_MS = 80  # after the last of many changes
COMPOSERS = ("music.melody_lstm", "music.polyphony_lstm")  # families that go on from notes, in this order


class MusicDesk(QObject):
    """Notes go in by hand or by the model's leave; every change is one undoable step of the session."""

    trouble = Signal(object)
    notice = Signal(str)
    status_changed = Signal(str)
    commands_changed = Signal()
    render_requested = Signal(object)

    def __init__(
        self,
        session: Session,
        submit: Callable[[Request], int],
        cancel: Callable[[int], None],
        player: Player,
    ) -> None:
        super().__init__()
        self.session = session
        self.roll, self.strip = PianoRoll(), ToolStrip()
        self.transport, self.compose = TransportBar(), ComposePanel()
        self.playback = Playback(session, player, self)
        self.cowriter = CoWriter(session, self.compose, submit, cancel)
        self.centre = _stacked(self.strip, self.roll, self.transport)
        self.tracks = Tracks(session, lambda: self.roll.state.track_index, self.choose_track, self.centre)
        self.tracklist = TracksPanel()
        self._taps, self._background = TapTempo(), Background(self)
        self.files = ScoreFiles(session, self._background, self.centre)
        self.sound = Sound(player, self.transport, self._background, self)
        self._build_helpers(submit, cancel)
        self.more_like = MoreLike(session, self.cowriter, self.compose, submit, cancel)
        self.auditioning = Auditioning(self.cowriter, self.playback, self.transport.loop_button.isChecked)
        self.browsing = Browsing(
            session, self.compose.answer, self.cowriter, self.auditioning, self.more_like
        )
        self.redrawing = Redrawing(self.compose.form, self.cowriter)
        self.playing_on = PlayingOn(session, self.cowriter, self.playback)
        self.docks = self._docks()
        self._tempo_rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._tempo_rest.timeout.connect(session.end_gesture)
        self._where = QTimer(self.compose, singleShot=True, interval=WHERE_MS)
        self._where.timeout.connect(lambda: self.cowriter.show_where(session.score))
        self._where.timeout.connect(self.ways.show)
        wire(self)
        session.score_changed.connect(self._show_score)
        self._show_score(session.score)

    # --- for the window ----------------------------------------------------------------------------------

    def commands(self) -> tuple[Command, ...]:
        return music_commands(self)

    def take_reply(self, reply: Reply) -> None:
        """A reply of the controller, on the GUI thread."""
        self.cowriter.take_reply(reply)
        self.more_like.take_reply(reply)
        self.harmonist.take_reply(reply)
        self.surprise.take_reply(reply)
        self.phrasing.take_reply(reply)
        self.duetting.take_reply(reply)
        words = self.answering.words_of(reply)
        if words:
            self.status_changed.emit(words)

    def use_models(self, entries: Sequence[CatalogueEntry]) -> None:
        """The music models that can be opened."""
        cards = [entry.card for entry in entries]
        self.cowriter.use_models([card for family in COMPOSERS for card in cards if card.family == family])
        self.harmonist.use_models(cards)
        self.phrasing.use_models(cards)
        self.duetting.show_model()
        self.answering.use_models(cards)

    def desk_shown(self, shown: bool) -> None:
        """The desk came to the front, or left it."""
        if shown:
            self.cowriter.load()
            self.playback.show_problem()
            self.roll.setFocus()
        else:
            self.playback.pause()

    def open_file(self, path: str) -> None:
        self.files.open(path)

    def close(self) -> None:
        """Stop what runs in the background."""
        self.playback.pause()
        self.playing_in.close()
        self.paging.close()
        self._background.close()
        self.midi_drag.close()

    def _docks(self) -> tuple[tuple[str, str, QWidget, Qt.DockWidgetArea], ...]:
        """Name, title, panel and place of each."""
        area = Qt.DockWidgetArea
        left, right = area.LeftDockWidgetArea, area.RightDockWidgetArea
        return (
            ("dock-tracks", self.tr("Tracks"), self.tracklist, left),
            ("dock-compose", self.tr("Co-write"), self.compose, right),
            ("dock-page", self.tr("Page"), self.paging.panel, area.BottomDockWidgetArea),
            ("dock-phrases", self.tr("Phrases"), self.phrasing.panel, right),
            ("dock-duet", self.tr("Duet"), self.duetting.panel, right),
        )

    def _build_helpers(self, submit: Callable[[Request], int], cancel: Callable[[int], None]) -> None:
        """What stands beside the roll and the co-writer; all of them speak by trouble or notice."""
        session, state = self.session, self.roll.state
        self.surprise = Surprise(session, self.roll, lambda: self.cowriter.card, submit)
        self.surprise.styles = lambda: self.compose.ask.styles
        self.time_map = TimeMap(state, self.roll.grid)
        self.note_popovers = NotePopovers(state, self.roll.grid)
        self.harmony = Harmony(session, lambda: state.region, self)
        self.harmonist = Harmonist(session, self.cowriter, submit, cancel)
        self.ways = Wayfinder(self)
        self.answering = Answering(self)
        self.origins = Origins(self._background)
        self.recorder = Recorder(session, state, self.playback)
        self.playing_in = PlayingIn(
            self.recorder, self.roll.typing, self.transport.keys_button, self._background
        )
        self.sending = NoteSending(session, self.roll, self.choose_track)
        self.track_files = TrackFiles(session, self._background, self.files, self.choose_track)
        self.phrasing = Phrasing(session, state, self.cowriter, submit)
        self.phrasing.ask = lambda: self.compose.ask
        self.phrasing.panel.setProperty("tab", "dock-compose")
        self.paging = Paging(session, state, self._background)
        self.midi_drag, self.file_notes = MidiDrag(session, state, self._background), FileNotes()
        self.duetting = Duetting(session, self.recorder, submit, cancel)
        self.duetting.panel.setProperty("tab", "dock-compose")

    # --- what changed ------------------------------------------------------------------------------------

    def _show_score(self, score: Score) -> None:
        state = self.roll.state
        before, track = state.score, followed(state.score, score, state.track_index)
        self.roll.show_score(score, track)
        self.cowriter.follow(before, score, track)
        self._show_tracks(score, track)
        self.transport.show_score(score, self.playback.position_ticks)
        self.cowriter.show_ghosts()
        self._where.start()
        self.surprise.take_change()

    def _show_tracks(self, score: Score, current: int) -> None:
        self.strip.show_tracks(score, current)
        self.tracklist.show_tracks(score, current)

    def show_position(self, ticks: int, playing: bool) -> None:
        self.roll.show_playhead(ticks, follow=playing)
        self.transport.show_score(self.session.score, ticks)

    def show_problem(self, problem: StudioError | None) -> None:
        self.transport.show_problem(problem.title if problem else "", problem.hint if problem else "")

    def show_ghosts(self, ghosts: tuple[Ghost, ...]) -> None:
        more, growing = len(ghosts) > len(self.roll.state.ghosts), self.cowriter.is_growing
        fresh = more and not (growing and self.roll.state.ghosts)
        self.roll.show_ghosts((*ghosts, *self.duetting.ghosts))
        self.playback.take_change()
        if len({ghost.part for ghost in ghosts}) != 1:
            self.origins.hush()
        elif not growing:
            self.origins.tell(self.roll.state.track.notes, [ghost.note for ghost in ghosts])
        if ghosts and fresh and not self.playback.is_playing:
            self.roll.reveal_ghosts()
        self.commands_changed.emit()

    def take_opened(self, recipe: Recipe | None) -> None:
        """A file was opened: begin at its melody."""
        self.cowriter.reject()
        self.cowriter.recipe = recipe
        if recipe is not None and recipe.compose is not None:
            self.compose.form.show_settings(recipe.compose)
        self.mark(None)
        self.choose_track(melody_track(self.session.score))
        self.playback.stop()
        self.playback.seek(0)
        self.roll.frame_notes()

    # --- wishes ------------------------------------------------------------------------------------------

    def mark(self, region: tuple[int, int] | None) -> None:
        """Mark a stretch of time, for the loop and for the model."""
        self.roll.show_region(region)
        self.playback.use_region(region)
        self.cowriter.place = replace(self.cowriter.place, marked=region)
        self.cowriter.show_where(self.session.score)
        self.commands_changed.emit()

    def choose_track(self, index: int) -> None:
        self.roll.show_track(index)
        self.roll.reveal_track()
        self.cowriter.place = Place(index, self.cowriter.place.marked)
        self._show_tracks(self.session.score, index)
        self.surprise.take_change()
        self.cowriter.show_ghosts()
        self.cowriter.show_where(self.session.score)

    def go_to_note(self, track: int, note_id: int) -> None:
        """Edit another track, one of its notes selected."""
        self.choose_track(track)
        self.roll.state.select({note_id})

    def focus_tracks(self) -> None:
        """Bring the keyboard to the row of the track that is edited."""
        self.tracklist.focus_row(self.roll.state.track_index)

    def name_track(self) -> None:
        self.tracklist.rename(self.roll.state.track_index)

    def choose_instrument(self) -> None:
        self.tracklist.choose_instrument(self.roll.state.track_index)

    def keep_ghost(self, ghost: Ghost) -> None:
        if ghost in self.duetting.ghosts:
            return  # it comes into the score by itself, as it sounds
        self.cowriter.accept(ghost)
        self.playback.audition(ghost.note.pitch, ghost.note.velocity, self.roll.state.track)

    def show_heard_scale(self) -> None:
        """Show the scale that the track's notes speak for."""
        state = self.roll.state
        state.use_scale(self.harmony.scale_of(state.track_index), state.keeps_scale)

    def record(self) -> None:
        """Begin a take on the track that is being edited, or end it; its keys are heard on the roll."""
        self.recorder.toggle()
        self.roll.setFocus()

    def toggle_typing(self) -> None:
        self.transport.keys_button.typing.toggle()
        self.roll.setFocus()

    def ask_origin(self) -> None:
        """Where the selected notes, the marked bars or the whole track have been before."""
        state = self.roll.state
        marked = state.track.notes_between(*state.region) if state.region else ()
        self.origins.ask(state.chosen or marked or state.track.notes)

    def go_to_marker(self, way: int) -> None:
        """To the next place that has a name (1), or the last one before (-1)."""
        marker = marker_edits.neighbour(self.session.score, self.playback.position_ticks, way)
        if marker is not None:
            self.go_to(marker.ticks)

    def go_to(self, ticks: int) -> None:
        """The playhead and the keyboard's cursor go there, and the roll with them."""
        self.playback.seek(ticks)
        self.roll.state.put_cursor(ticks, self.roll.state.cursor.pitch)
        self.roll.reveal_time(ticks)

    def go_to_notes(self, track: int, ids: frozenset[NoteId], ticks: int) -> None:
        """Select notes of a track, and go there."""
        if track != self.roll.state.track_index:
            self.choose_track(track)
        self.roll.state.select(ids)
        self.playback.seek(ticks)
        for note in self.roll.state.chosen[:1]:
            self.roll.reveal(note.start_ticks, note.pitch)

    def toggle_loop(self) -> None:
        self.transport.loop_button.toggle()

    def tap_tempo(self) -> None:
        """The tempo in which this is asked for again and again; beats are those of the metre at the playhead."""
        beats_bpm = self._taps.tap(monotonic())
        if beats_bpm is not None:
            beat = self.session.score.meter_at(self.playback.position_ticks).beat_ticks
            self.use_tempo(usual_bpm(beats_bpm * beat / TICKS_PER_QUARTER))

    def use_tempo(self, bpm: float) -> None:
        """The tempo that holds at the playhead, changed where it begins."""
        score = self.session.score
        begins = score.tempo_at(self.playback.position_ticks).ticks
        self.session.change_score(score.with_tempo(bpm, begins), self.tr("Change tempo"), "tempo")
        self._tempo_rest.start()

    def use_meter(self, numerator: int, denominator: int) -> None:
        score = self.session.score
        begins = score.meter_at(self.playback.position_ticks).ticks
        self.session.change_score(score.with_meter(numerator, denominator, begins), self.tr("Change metre"))


def _stacked(strip: QWidget, roll: QWidget, transport: QWidget) -> QWidget:
    """The middle of the desk: tools above the roll, the transport below."""
    centre = QFrame(objectName="music-desk")
    column = QVBoxLayout(centre)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(strip)
    column.addWidget(roll, 1)
    column.addWidget(transport)
    return centre
