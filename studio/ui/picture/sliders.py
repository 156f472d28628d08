"""SliderRoom: chance, rest, notes and reach of the sliders, and the tiny pictures at their ends. GUI thread."""

import random
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QDockWidget

from studio.core.messages import Reply
from studio.core.project import SliderNote
from studio.core.session import PICTURES
from studio.core.sliders import NOISE_KEY, PSI_KEY, STYLE, by_chance, note_on
from studio.ui.commands import Command
from studio.ui.picture.desk import DICE_SEEDS, Docks, PictureDesk
from studio.ui.picture.latent.noise_group import NoiseGroup
from studio.ui.picture.latent.row_menu import reach_words
from studio.ui.picture.latent.slider_group import SliderGroup
from studio.ui.picture.slider_ends import SliderEnds

SPREAD_OF_ALL = 0.4


class SliderRoom(QObject):
    """Joins the latent panel to the session. `chance` is where its random values come from."""

    def __init__(self, desk: PictureDesk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._session = desk.session
        self._panel = desk.latent_panel
        self.chance = random.Random()
        self.ends = SliderEnds(desk)
        self._connect()

    def docks(self) -> Docks:
        """None of its own: the panel is the desk's."""
        return ()

    def take_reply(self, reply: Reply) -> None:
        self.ends.take_reply(reply)

    # --- many sliders ---------------------------------------------------------------------------------------

    def scatter(self, group: SliderGroup) -> None:
        """The unlocked sliders of a group to random values, as one step."""
        values = {row.key: by_chance(row.parameter, self.chance) for row in group.rows()}
        seed = self.chance.randrange(DICE_SEEDS) if isinstance(group, NoiseGroup) else None
        self._session.set_sliders(values, tr("{} by chance").format(group.title), noise_seed=seed)

    def scatter_all(self) -> None:
        """All unlocked direction sliders to random values, as one step: each less far than within its group, so that
        together they stay where the model knows its way."""
        rows = self._panel.directions.rows.values()
        values = {row.key: by_chance(row.parameter, self.chance, SPREAD_OF_ALL) for row in rows}
        self._session.set_sliders(values, tr("All sliders by chance"))

    def settle(self, group: SliderGroup) -> None:
        """The unlocked sliders of a group back to rest, as one step."""
        values = {row.key: row.parameter.default for row in group.rows()}
        label = tr("Reset {}").format(group.title)
        self._session.set_sliders(values, label, noise_seed=0 if isinstance(group, NoiseGroup) else None)

    def throw_noise_seed(self) -> None:
        """Another fine texture."""
        self._session.set_noise_seed(self.chance.randrange(DICE_SEEDS))

    # --- one slider -----------------------------------------------------------------------------------------

    def _rename(self, key: str, words: str) -> None:
        self._note(replace(self._noted(key), label=words), tr("Rename {}"))

    def _pin(self, key: str, is_on: bool) -> None:
        self._note(replace(self._noted(key), pinned=is_on), tr("Pin {}") if is_on else tr("Unpin {}"))

    def _lock(self, key: str, is_on: bool) -> None:
        self._note(replace(self._noted(key), locked=is_on), tr("Lock {}") if is_on else tr("Unlock {}"))

    def _noted(self, key: str) -> SliderNote:
        return note_on(self._session.picture, key)

    def _note(self, note: SliderNote, label: str) -> None:
        self._session.note_slider(note, label.format(self._panel.words_of(note.name)))

    def _reach(self, key: str, reach: tuple[int, int] | None) -> None:
        row = self._panel.rows[key]
        label = f"{row.words}: {reach_words(reach, row.layers).lower()}"
        self._session.set_reach(key, reach, label, self._desk.gesture(f"reach of {key}"))

    # --- within -----------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        panel, wishes, desk = self._panel, self._panel.wishes, self._desk
        panel.direction_moved.connect(lambda name, v: self._move(name, v))
        panel.style_moved.connect(lambda name, v: self._move(STYLE + name, v))
        panel.psi_moved.connect(lambda v: self._move(PSI_KEY, v))
        panel.noise_moved.connect(lambda v: self._move(NOISE_KEY, v))
        panel.noise.seed_chosen.connect(self._session.set_noise_seed)
        panel.noise.seed_dice_requested.connect(self.throw_noise_seed)
        panel.random_wished.connect(self.scatter)
        panel.reset_wished.connect(self.settle)
        panel.finder.random_requested.connect(self.scatter_all)
        panel.finder.reset_requested.connect(self._session.reset_directions)
        wishes.renamed.connect(self._rename)
        wishes.pin_wished.connect(self._pin)
        wishes.lock_wished.connect(self._lock)
        wishes.reach_chosen.connect(self._reach)
        wishes.reach_released.connect(desk.let_go)

    def _move(self, key: str, value: float) -> None:
        self._session.move_slider(key, value, self._desk.gesture(key), self._panel.words_of(key))

    def _find(self) -> None:
        """Bring the panel forward, whatever it stands behind, and go to its search field."""
        parent = self._panel.parentWidget()
        if isinstance(parent, QDockWidget):
            parent.show()
            parent.raise_()
        self._panel.focus_search()

    def _has_sliders(self) -> bool:
        return bool(self._panel.directions.rows)

    def commands(self) -> tuple[Command, ...]:
        """What the picture desk's menu offers of the sliders."""
        return (
            Command("find-slider", tr("Find a slider"), "Picture", self._find, "Ctrl+F",
                    tr("Show only the sliders whose names you type a part of."), "magnify", PICTURES,
                    self._has_sliders),
            Command("random-sliders", tr("All sliders by chance"), "Picture", self.scatter_all, "Ctrl+Shift+R",
                    tr("Every slider that is not locked to a random place."), "dice-multiple-outline", PICTURES,
                    self._has_sliders),
            Command("random-noise", tr("Another texture"), "Picture", self.throw_noise_seed, "Ctrl+Alt+R",
                    tr("Another fine texture; the picture stays."), "", PICTURES,
                    lambda: not self._panel.noise.isHidden()),
        )  # fmt: skip


def tr(text: str) -> str:
    return QCoreApplication.translate("SliderRoom", text)
