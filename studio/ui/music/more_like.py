"""MoreLike: asks the model for ideas that resemble one, and shows those that do so most. GUI thread.

Invariant: nothing is shown that belongs to a question which is no longer the current one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject

from studio.core.card import Card
from studio.core.errors import StudioError
from studio.core.messages import CancelledReply, Candidate, Composed, ComposeRequest, Failure, Reply, Request
from studio.core.music_messages import Notes
from studio.core.session import Session
from studio.inference.more_like import Relative, Resembling, relatives, resembling
from studio.ui.music.asking import Place, request_for
from studio.ui.music.compose.compose_panel import ComposePanel
from studio.ui.music.cowriter import CoWriter
from studio.ui.music.suggestion import Ghost, Kinship, Part, Suggestion, ghosts_of

CLOSING = (Composed, Failure, CancelledReply)


@dataclass(slots=True)
class Search:
    """One wish: the idea that was liked, and what has come so far. waiting: serial -> what was asked."""

    liked: Suggestion
    root: ComposeRequest
    waiting: dict[int, Resembling] = field(default_factory=dict)
    answers: list[tuple[Resembling, tuple[Candidate, ...]]] = field(default_factory=list)
    error: StudioError | None = None


class MoreLike(QObject):
    """One wish at a time; the same wish again is answered from other seeds."""

    def __init__(
        self,
        session: Session,
        cowriter: CoWriter,
        panel: ComposePanel,
        submit: Callable[[Request], int],
        cancel: Callable[[int], None],
    ) -> None:
        super().__init__(panel)
        self._session, self._cowriter, self._panel = session, cowriter, panel
        self._submit, self._cancel = submit, cancel
        self._search: Search | None = None
        self._turns: dict[tuple[object, int], int] = {}

    @property
    def can_ask(self) -> bool:
        """Whether the current idea is of one voice, on a track that is there."""
        found = self._cowriter.ideas.current
        if found is None or self._cowriter.card is None:
            return False
        return found.only_track(self._session.score) >= 0 and bool(found.ghosts)

    def ask(self) -> None:
        """More like the current idea, which is kept for it."""
        found, card = self._cowriter.ideas.current, self._cowriter.card
        if found is None or card is None or not self.can_ask:
            return
        self._cowriter.wait(self.stop, self.ask)
        self._cowriter.use_ideas(self._cowriter.ideas.starring(self._cowriter.ideas.at, True))
        root = self._root(found, card)
        asked = replace(root, seed=found.seed, candidates=1)
        turn = self._turns.get((found.question, found.seed), 0)
        self._turns[found.question, found.seed] = turn + 1
        search = self._search = Search(found, root)
        for number, way in enumerate(resembling(asked, _notes(found), card, turn)):
            request = replace(way.request, channel=f"relatives-{number}")
            search.waiting[self._submit(request)] = way

    def _root(self, found: Suggestion, card: Card) -> ComposeRequest:
        """What was asked for it first; for an idea of another model, what would be asked in its place now."""
        root = found.kinship.root if found.kinship else found.request
        if root is not None and root.model_id == card.id:
            return root
        score = self._session.score
        place = Place(found.only_track(score), found.region)
        return request_for(card.id, score, place, self._panel.ask, bool(found.parts[0].replaced))

    def stop(self) -> None:
        """The person does not want to wait any longer, or asks for something else."""
        search, self._search = self._search, None
        for serial in search.waiting if search else ():
            self._cancel(serial)

    def take_reply(self, reply: Reply) -> None:
        """A reply of the controller; those for others are left alone."""
        search = self._search
        if search is None or not isinstance(reply, CLOSING) or reply.serial not in search.waiting:
            return
        way = search.waiting.pop(reply.serial)
        match reply:
            case Composed():
                search.answers.append((way, reply.candidates))
            case Failure():
                search.error = reply.error
        if not search.waiting:
            self._show(search)

    def _show(self, search: Search) -> None:
        """What has come, though one way or another may have failed."""
        self._search = None
        if search.error is not None and not search.answers:
            self._cowriter.fail(search.error, self.ask)
            return
        self._panel.show_ready()
        ideas, liked = self._cowriter.ideas, search.liked
        if not ideas.answers or ideas.answers[0].question != liked.question or not search.answers:
            return
        known = [_notes(idea) for idea in ideas.answers]
        found = relatives(search.answers, _notes(liked), self._panel.ask.ideas, known)
        if found:
            self._cowriter.add_ideas(tuple(_suggestion(one, search) for one in found))
        else:
            self._panel.show_silence()


def _notes(idea: Suggestion) -> Notes:
    return tuple(ghost.note for ghost in idea.parts[0].ghosts)


def _suggestion(found: Relative, search: Search) -> Suggestion:
    """A relative as an idea for the same place. What was given keeps the probabilities that it had."""
    (part,), candidate = search.liked.parts, found.candidate
    odds = {(ghost.note.start_ticks, ghost.note.pitch): ghost.probability for ghost in part.ghosts}
    given = [Ghost(note, odds[note.start_ticks, note.pitch]) for note in found.asked.given]
    ghosts = sorted((*given, *ghosts_of(candidate)), key=lambda ghost: ghost.note.start_ticks)
    return Suggestion(
        (Part(part.track, tuple(ghosts), part.replaced, part.new),),
        candidate.seed,
        search.liked.region,
        replace(found.asked.request, seed=candidate.seed, candidates=1),
        kinship=Kinship(found.asked.way, search.root),
    )
