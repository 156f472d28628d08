"""SliderGroup: sliders under a heading with a dice and a reset. GUI thread.

Invariant: a row stands in its own group or, pinned, in another; chance and reset of a group are for what stands in it.
"""

from collections.abc import Callable, Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui.common.icon_button import IconButton
from studio.ui.common.section import Section
from studio.ui.picture.latent.moving_row import MovingRow

Test = Callable[[MovingRow], bool]


class SliderGroup(Section):
    """`first_shown` rows stand open, the rest is folded under "… more". The wishes give the group itself."""

    random_wished = Signal(object)
    reset_wished = Signal(object)

    def __init__(
        self, title: str, name: str, first_shown: int = 10_000, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, name, parent)
        self.title = title
        self._first_shown = first_shown
        self._own: list[MovingRow] = []  # in their order, wherever they stand
        self._here: list[MovingRow] = []
        self._more: Section | None = None
        self._open_before: dict[Section, bool] | None = None
        self.reset_button = self._button("restore", "reset", self.tr("Reset {}").format(title))
        self.dice = self._button("dice-5-outline", "random", self.tr("{} by chance").format(title))
        self.reset_button.clicked.connect(lambda: self.reset_wished.emit(self))
        self.dice.clicked.connect(lambda: self.random_wished.emit(self))
        self.reset_button.hide()

    def rows(self) -> Iterator[MovingRow]:
        """Those that stand here now, from top to bottom."""
        for layout in self._layouts():
            yield from _standing(layout)

    def add(self, row: MovingRow) -> None:
        """A row of its own, below the others."""
        self._own.append(row)
        if len(self._own) == self._first_shown + 1:
            self._more = Section("", f"{self.objectName().rsplit('-', 1)[0]}-more")
            self._more.set_open(False)
            self.body.addWidget(self._more)
        self._layout_of(row).addWidget(row)
        self._take_in(row)
        if self._more is not None:
            self._more.set_title(self.tr("{} more").format(len(self._own) - self._first_shown))

    def take_back(self, row: MovingRow) -> None:
        """One of its own comes back from another group, to its place."""
        layout = self._layout_of(row)
        standing = _standing(layout)
        before = self._own[: self._own.index(row)]
        layout.insertWidget(sum(one in standing for one in before), row)
        self._take_in(row)

    def host(self, row: MovingRow) -> None:
        """A row of another group comes to stand here."""
        self.body.addWidget(row)
        self._take_in(row)

    def let_go(self, row: MovingRow) -> None:
        """A row goes away from here."""
        if row in self._here:
            self._here.remove(row)

    def show_moved(self) -> None:
        """Offer a reset only where there is something to reset."""
        moved = any(row.is_moved for row in self._here)
        if moved == self.reset_button.isHidden():
            self.reset_button.setVisible(moved)

    def show_found(self, test: Test | None) -> int:
        """Show only the rows that pass, unfolded; None shows all again, folded as they were. Returns how many."""
        rows = list(self.rows())
        for row in rows:
            row.setVisible(test is None or test(row))
        found = sum(not row.isHidden() for row in rows)
        if test is None:
            self._fold_back()
        else:
            self._unfold_found()
        return found

    def _take_in(self, row: MovingRow) -> None:
        row.stand_in(self)
        self._here.append(row)

    def _unfold_found(self) -> None:
        sections = [self] if self._more is None else [self, self._more]
        if self._open_before is None:
            self._open_before = {section: section.header.isChecked() for section in sections}
        for section in sections:
            section.set_open(True)
        if self._more is not None:
            self._more.setVisible(any(not row.isHidden() for row in _standing(self._more.body)))

    def _fold_back(self) -> None:
        for section, was_open in (self._open_before or {}).items():
            section.set_open(was_open)
        self._open_before = None
        if self._more is not None:
            self._more.setVisible(True)

    def _layouts(self) -> tuple[QVBoxLayout, ...]:
        return (self.body,) if self._more is None else (self.body, self._more.body)

    def _layout_of(self, row: MovingRow) -> QVBoxLayout:
        late = self._more is not None and self._own.index(row) >= self._first_shown
        return self._more.body if late else self.body

    def _button(self, icon_name: str, what: str, words: str) -> IconButton:
        button = IconButton(icon_name, words, role="tiny")
        button.setObjectName(f"{self.objectName()}-{what}")
        self.add_action(button)
        return button


def _standing(layout: QVBoxLayout) -> list[MovingRow]:
    widgets = (layout.itemAt(place).widget() for place in range(layout.count()))
    return [widget for widget in widgets if isinstance(widget, MovingRow)]
