"""Browsing: shows the co-writer's ideas as cards and does what is wished of one: look, hear, keep, accept, throw away.

GUI thread. Invariant: cards show the ideas as they stand; what has not changed is not drawn again.
"""

from PySide6.QtCore import QObject, Signal

from studio.core.session import Session
from studio.inference import more_like as ways
from studio.ui.music.auditioning import Auditioning
from studio.ui.music.compose.answer_row import AnswerRow
from studio.ui.music.compose.idea_card import IdeaView
from studio.ui.music.compose.sketch import Sketch
from studio.ui.music.cowriter import CoWriter
from studio.ui.music.more_like import MoreLike
from studio.ui.music.sketching import expected, part_name, sketches
from studio.ui.music.suggestion import Suggestion


class Browsing(QObject):
    """Between the answer row, the co-writer, auditioning and the search for more. `left`: the last idea was thrown
    away."""

    left = Signal()

    def __init__(
        self,
        session: Session,
        row: AnswerRow,
        cowriter: CoWriter,
        auditioning: Auditioning,
        more_like: MoreLike,
    ) -> None:
        super().__init__(row)
        self._session, self._row, self._cowriter = session, row, cowriter
        self._auditioning, self._more_like = auditioning, more_like
        cards = row.cards
        cards.idea_chosen.connect(self.show_idea)
        cards.idea_accepted.connect(self.accept)
        cards.idea_dropped.connect(self.drop)
        cards.star_toggled.connect(self.toggle_star)
        cards.play_toggled.connect(self.toggle_play)
        cards.more_wanted.connect(self.ask_for_more)
        cowriter.ideas_changed.connect(self.show)
        auditioning.switched.connect(self.show)

    # --- what is shown -----------------------------------------------------------------------------------

    def show(self) -> None:
        """The ideas, the current one, or what stands around them has changed."""
        ideas, row, score = self._cowriter.ideas, self._row, self._session.score
        found = ideas.current
        if found is None:
            return
        row.show_playing(self._auditioning.is_on)
        row.let_ask_for_more(self._more_like.can_ask)
        row.show_kinship(self._origin(found))
        drawn = sketches(ideas, score)
        row.cards.show_ideas([self._view(index, sketch) for index, sketch in enumerate(drawn)], ideas.at)
        stands = {ghost.part for ghost in self._cowriter.ghosts} if len(found.parts) > 1 else set[int]()
        names = [part_name(part, score, number) for number, part in enumerate(found.parts, 1)]
        row.parts.show_parts([(name, number in stands) for number, name in enumerate(names)])

    def _view(self, index: int, sketch: Sketch) -> IdeaView:
        ideas = self._cowriter.ideas
        idea = ideas.answers[index]
        return IdeaView(
            sketch,
            sum(len(part) for part in sketch.parts),
            expected(idea),
            ideas.is_starred(index),
            self._auditioning.is_on and index == ideas.at,
            self._origin(idea).capitalize(),
        )

    def _origin(self, idea: Suggestion) -> str:
        words = {
            ways.MAIN_NOTES: self.tr("main notes of the one you liked"),
            ways.OPENING: self.tr("opening of the one you liked"),
            ways.RHYTHM: self.tr("rhythm of the one you liked"),
            ways.CHARACTER: self.tr("character of the one you liked"),
        }
        return words[idea.kinship.way] if idea.kinship else idea.title

    # --- wishes ------------------------------------------------------------------------------------------

    def show_idea(self, index: int) -> None:
        if index != self._cowriter.ideas.at:
            self._cowriter.show_idea(index)

    def accept(self, index: int) -> None:
        self.show_idea(index)
        self._cowriter.accept_all()

    def drop(self, index: int | None = None) -> None:
        """Throw an idea away, the current one if none is named."""
        ideas = self._cowriter.ideas
        if ideas.answers:
            self._cowriter.use_ideas(ideas.without(ideas.at if index is None else index))
        if not self._cowriter.ideas.answers:
            self.left.emit()

    def toggle_star(self, index: int | None = None) -> None:
        ideas = self._cowriter.ideas
        if ideas.answers:
            self._cowriter.use_ideas(ideas.starring(ideas.at if index is None else index))

    def toggle_play(self, index: int | None = None) -> None:
        """Hear an idea; the one that is heard stops."""
        if index is not None and index != self._cowriter.ideas.at:
            self._cowriter.show_idea(index)
            self._auditioning.begin()
        else:
            self._auditioning.toggle()

    def ask_for_more(self, index: int | None = None) -> None:
        """Others that resemble an idea."""
        if index is not None:
            self.show_idea(index)
        self._more_like.ask()
