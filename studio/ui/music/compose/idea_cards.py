"""IdeaCards: the ideas for one place, up to eight, as cards in two columns, to look at, hear, keep and choose from.

GUI thread. Invariant: a view only; the cards stay the same widgets, so that the focus stays where it was.
"""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QGridLayout, QMenu, QWidget

from studio.ui.music.compose.idea_card import IdeaCard, IdeaView
from studio.ui.music.suggestion import MOST_IDEAS

COLUMNS = 2


class IdeaCards(QWidget):
    """The signals are wishes about the idea of a place, from 0."""

    idea_chosen = Signal(int)
    idea_accepted = Signal(int)
    idea_dropped = Signal(int)
    star_toggled = Signal(int)
    play_toggled = Signal(int)
    more_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("idea-cards")
        self.cards = [IdeaCard(number, self) for number in range(1, MOST_IDEAS + 1)]
        self.can_ask_for_more = True
        self._menu = QMenu(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for index, card in enumerate(self.cards):
            grid.addWidget(card, index // COLUMNS, index % COLUMNS)
            card.hide()
            self._connect(index, card)
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)

    @property
    def shown(self) -> list[IdeaCard]:
        return [card for card in self.cards if not card.isHidden()]

    def show_ideas(self, views: Sequence[IdeaView], at: int) -> None:
        """One card each; `at` is the one that the roll shows."""
        held = any(card.hasFocus() for card in self.cards)
        for index, card in enumerate(self.cards):
            if index < len(views):
                card.show_view(views[index], index == at, len(views))
            card.setVisible(index < len(views))
        if held and views:
            self.cards[at].setFocus()

    def focus_current(self) -> None:
        """The card of the idea that the roll shows takes the keys, where there is one in view."""
        for card in self.shown:
            if card.isChecked() and card.isVisible():
                card.setFocus()

    def _connect(self, index: int, card: IdeaCard) -> None:
        for source, target in (
            (card.chosen, self.idea_chosen),
            (card.accepted, self.idea_accepted),
            (card.dropped, self.idea_dropped),
            (card.star_toggled, self.star_toggled),
            (card.play_toggled, self.play_toggled),
        ):
            source.connect(partial(target.emit, index))
        card.stepped.connect(partial(self._step, index))
        card.menu_wanted.connect(partial(self._open_menu, index))

    def _step(self, index: int, across: int, down: int) -> None:
        """To a neighbour, where there is one; the ends of rows are joined."""
        to = index + across + down * COLUMNS
        if 0 <= to < len(self.shown):
            self.cards[to].setFocus()
            self.idea_chosen.emit(to)

    def _open_menu(self, index: int, place: QPoint) -> None:
        view, menu = self.cards[index].view, self._menu
        if view is None:
            return
        menu.clear()
        wishes: tuple[tuple[str, Callable[[int], None], bool], ...] = (
            (self.tr("Accept"), self.idea_accepted.emit, True),
            (self.tr("Stop") if view.playing else self.tr("Hear it"), self.play_toggled.emit, True),
            (self.tr("More like this"), self.more_wanted.emit, self.can_ask_for_more),
            (self.tr("Keep no longer") if view.starred else self.tr("Keep"), self.star_toggled.emit, True),
            (self.tr("Throw away"), self.idea_dropped.emit, True),
        )
        for words, wish, can in wishes:
            action = menu.addAction(words)
            action.setEnabled(can)
            action.triggered.connect(lambda _, wish=wish: wish(index))
        menu.popup(place)
