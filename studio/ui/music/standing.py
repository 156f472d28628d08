"""Standing: the ideas that stand beside the score as ghosts, and what is done with them: look, accept, reject.

GUI thread. Invariant: the score only changes by `accept...`, each one undo step.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from studio import __version__
from studio.core.card import Card
from studio.core.chords import Chord
from studio.core.messages import ComposeRequest
from studio.core.recipe import Recipe
from studio.core.score import Score, Track
from studio.core.session import Session
from studio.core.track_edits import free_channel
from studio.core.voicing import voiced
from studio.inference.composing import again, settings_of
from studio.inference.continuation import compose_recipe
from studio.ui.music.asking import Place
from studio.ui.music.compose.compose_panel import ComposePanel
from studio.ui.music.suggestion import MOST_IDEAS, Ghost, Ideas, Suggestion


class Standing(QObject):
    """Between the compose panel and the session; who asks for ideas is the co-writer. `rejected`: the person sent them
    away."""

    ghosts_changed = Signal(object)
    ideas_changed = Signal()
    rejected = Signal()
    notes_accepted = Signal(object)

    def __init__(self, session: Session, panel: ComposePanel) -> None:
        super().__init__(panel)
        self._session, self._panel = session, panel
        self._cards: dict[str, Card] = {}
        self._ideas = Ideas()
        self._others: Callable[[], None] | None = None  # asks another model again, where the ideas are its
        self.place = Place(0)
        self.recipe: Recipe | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether a question is open."""
        return False

    def _drop_pending(self) -> None:
        """No answer is waited for any more."""

    @property
    def ghosts(self) -> tuple[Ghost, ...]:
        """The suggested notes that show: those that no own note has taken the place of."""
        found = self._ideas.current
        return found.free_of(self._session.score) if found is not None else ()

    @property
    def chords(self) -> tuple[Chord, ...]:
        """The suggested chord symbols for which the lane still has room."""
        found = self._ideas.current
        return found.chords_free_of(self._session.score) if found is not None else ()

    @property
    def ideas(self) -> Ideas:
        """All answers to the last question, with the one that shows."""
        return self._ideas

    def heard(self) -> Score:
        """The score with the suggestion in it, so that it can be heard before it is accepted."""
        found, ghosts, score = self._ideas.current, self.ghosts, self._session.score
        if found is None or not (ghosts or self.chords):
            return score
        if not ghosts:  # chords alone: they sound as they would if they were written out
            sounding = Track("", notes=voiced(self.chords), channel=free_channel(score.tracks))
            return score.with_track(len(score.tracks), sounding)
        return found.laid_into(score, ghosts)

    # --- the answer --------------------------------------------------------------------------------------

    def accept_all(self) -> None:
        """What is there of it; an answer that still grows ends with that."""
        notes, chords = self.ghosts, self.chords
        self._drop_pending()
        self._take(notes, self.tr("Accept suggestion"), chords)
        self.forget()

    def accept_bar(self) -> None:
        """Only the notes and chords in the bar of the first one."""
        score, ghosts, chords = self._session.score, self.ghosts, self.chords
        starts = [*(ghost.note.start_ticks for ghost in ghosts), *(chord.start_ticks for chord in chords)]
        if starts:
            bar = score.bar_of(min(starts))
            chosen = tuple(g for g in ghosts if score.bar_of(g.note.start_ticks) == bar)
            self._take(
                chosen, self.tr("Accept a bar"), [c for c in chords if score.bar_of(c.start_ticks) == bar]
            )

    def accept_chord(self, chord: Chord) -> None:
        self._take((), self.tr("Accept a chord"), (chord,))

    def accept_part(self, index: int) -> None:
        """Only the notes of one part, such as a voice."""
        chosen = tuple(ghost for ghost in self.ghosts if ghost.part == index)
        self._take(chosen, self.tr("Accept a voice"))

    def accept(self, ghost: Ghost) -> None:
        self._take((ghost,), self.tr("Accept a note"))

    def reject(self) -> None:
        """Also what is still being written."""
        self._drop_pending()
        self.forget()
        self.rejected.emit()

    def suggest(self, suggestion: Suggestion) -> None:
        """Show what another model proposes, in the place of all other ideas."""
        self.suggest_all((suggestion,))

    def suggest_all(
        self, suggestions: tuple[Suggestion, ...], again: Callable[[], None] | None = None
    ) -> None:
        """Show the ideas of another model, one at least, in the place of all others. again: what asks it for more."""
        self._drop_pending()
        self._others = again
        self._ideas = Ideas().with_answers(suggestions).at_idea(0)
        self._panel.show_ready()
        self.show_ghosts()
        if self.ghosts or self.chords:
            self._panel.focus_answer()
        else:
            self._panel.show_refusal(self.tr("There is no room for it, or the track is locked."))

    def extend_ideas(self, more: tuple[Suggestion, ...], to: Suggestion) -> None:
        """Later ideas of another model, behind those that show, as long as `to` is among them."""
        if to in self._ideas.answers:
            self._ideas = replace(self._ideas, answers=(*self._ideas.answers, *more)[:MOST_IDEAS])
            self.show_ghosts()

    def step(self, by: int) -> None:
        """Go to the idea before or after this one."""
        self._ideas = self._ideas.stepped(by)
        self.show_ghosts()

    def show_idea(self, index: int) -> None:
        """Go to one of the ideas by its place, from 0."""
        self._ideas = self._ideas.at_idea(index)
        self.show_ghosts()

    def use_ideas(self, ideas: Ideas) -> None:
        """The same question's ideas, otherwise ordered, starred or fewer; none left is as rejecting them."""
        if not ideas.answers:
            self.forget()
        elif ideas != self._ideas:
            self._ideas = ideas
            self.show_ghosts()

    def add_ideas(self, suggestions: tuple[Suggestion, ...]) -> None:
        """More of them for the same question; the first is shown."""
        if self._ideas.is_full:
            self._panel.show_full()
        self.use_ideas(self._ideas.with_answers(suggestions))

    def forget(self) -> None:
        """No suggestion any more."""
        self._ideas = Ideas()
        self.show_ghosts()
        if not self.is_waiting and self._cards:
            self._panel.show_ready()

    def _take(self, ghosts: Sequence[Ghost], label: str, chords: Sequence[Chord] = ()) -> None:
        found = self._ideas.current
        if found is None or not (ghosts or chords):
            return
        before = self._session.score
        if found.request is not None:
            self.recipe = self._recipe(found.request, found.parts[0].track, found.seed)
        after = found.laid_into(before, ghosts)
        self._session.change_score(after.with_chords((*after.chords, *chords)), label)
        self.notes_accepted.emit(self._session.score.added_ids(before))

    def show_ghosts(self) -> None:
        """The score or the suggestion has changed."""
        ghosts, found, ideas = self.ghosts, self._ideas.current, self._ideas
        self._panel.show_answer(len(ghosts), found.seed if found else 0, len(self.chords))
        self._panel.answer.show_place(ideas.at + 1, len(ideas.answers))
        tracks = [part.place_in(self._session.score) for part in found.parts] if found else []
        shown = self._others is not None or len(tracks) > 1 or self.place.track in tracks
        self.ghosts_changed.emit(ghosts if shown else ())
        self.ideas_changed.emit()

    def follow(self, before: Score, after: Score, track: int) -> None:
        """Tracks may have been sorted: what is suggested stays with its own; `track` is the one edited."""
        self._ideas = self._ideas.following(before, after)
        self.place = replace(self.place, track=track)

    def _recipe(self, asked: ComposeRequest, track: int, seed: int) -> Recipe | None:
        if asked.model_id not in self._cards:
            return self.recipe
        settings = again(settings_of(asked, self._session.score, track), seed)
        return compose_recipe(self._cards[asked.model_id], settings, __version__)
