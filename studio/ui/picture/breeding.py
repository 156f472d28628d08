"""Breeding: joins the breed panel to the session and asks for the children's pictures. GUI thread.

Invariant: the litter and the lineage stand in the document; here are only pictures that were made of them.
"""

import random
from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QWidget

from studio.core.breeding import Litter, children
from studio.core.latent import Latent
from studio.core.lineage import find, keep, remove
from studio.core.messages import Failure, Reply
from studio.core.project import Child, PictureDocument
from studio.core.session import PICTURES
from studio.ui.commands import Command
from studio.ui.picture.breed.breed_panel import BreedPanel
from studio.ui.picture.desk import DICE_SEEDS, Docks, PictureDesk
from studio.ui.picture.portraits import Portraits

BOARDS = CHILDREN, LINEAGE = "breed", "lineage"
REST_MS = 120


class Breeding(QObject):
    """Each wish of the panel is one step of the document; the panel is kept up to date while it is in view."""

    trouble = Signal(object)
    notice = Signal(str)

    def __init__(self, desk: PictureDesk) -> None:
        super().__init__(desk)
        self.panel = BreedPanel()
        self.brood: tuple[Latent, ...] = ()
        self._desk = desk
        self._shown = PictureDocument()
        self._portraits = Portraits(
            desk.controller, {CHILDREN: self.panel.grid, LINEAGE: self.panel.tree}, self
        )
        self._resting = QTimer(self.panel, singleShot=True, interval=REST_MS)
        self._connect()

    def _connect(self) -> None:
        panel, desk = self.panel, self._desk
        desk.session.picture_changed.connect(self._show)
        panel.appeared.connect(self._refresh)
        panel.breed_requested.connect(self.breed)
        panel.fresh_requested.connect(self.refresh_children)
        panel.strength_moved.connect(self.set_strength)
        panel.side_chosen.connect(self.set_side)
        panel.released.connect(desk.let_go)
        self._resting.timeout.connect(lambda: self._show_litter(self._document))
        panel.grid.chosen.connect(lambda number: self.go_to(self.brood[number]))
        panel.grid.breed_requested.connect(lambda number: self.breed_from((self.brood[number],)))
        panel.grid.star_toggled.connect(self.toggle_kept)
        panel.tree.chosen.connect(lambda key: self.go_to(self._member(key).latent))
        panel.tree.breed_requested.connect(lambda key: self.breed_from((self._member(key).latent,)))
        panel.tree.remove_requested.connect(self.remove)

    # --- wishes -----------------------------------------------------------------------------------------

    @property
    def has_model(self) -> bool:
        """Whether there is a space to breed in."""
        return self._document.model_id in self._desk.cards

    def breed(self) -> None:
        """A new generation from the selected pictures; where none is, from the picture on the canvas."""
        selected = self.selected()
        self.breed_from(selected or (self._document.latent,))

    def breed_from(self, parents: Iterable[Latent]) -> None:
        """A litter of these parents."""
        if not self.has_model:
            return
        known = tuple(dict.fromkeys(self._kept_or_settled(parent) for parent in parents))
        words = (
            tr("Breed from {} pictures").format(len(known)) if len(known) > 1 else tr("Breed from a picture")
        )
        old = self._document.litter or Litter(())
        self.panel.clear_selection()
        self._put_litter(replace(old, parents=known, seed=random.randrange(DICE_SEEDS)), words)
        self.reveal()

    def breed_kept(self) -> None:
        """A litter of the picture on the canvas and all that are kept at the foot of the lineage."""
        lineage = self._document.lineage
        have_children = {parent for child in lineage for parent in child.parents}
        youngest = [child.latent for child in lineage if child.id not in have_children]
        self.breed_from((self._document.latent, *youngest))

    def refresh_children(self) -> None:
        """Other children of the same parents."""
        if self._document.litter is not None:
            self._put_litter(
                replace(self._document.litter, seed=random.randrange(DICE_SEEDS)), tr("New children")
            )

    def set_strength(self, strength: float) -> None:
        """How far children stray, while the hand drags."""
        if self._document.litter is not None:
            gesture = self._desk.gesture("breed-strength")
            self._put_litter(
                replace(self._document.litter, strength=strength), tr("Mutation strength"), gesture
            )

    def set_side(self, side: int) -> None:
        if self._document.litter is not None:
            self._put_litter(
                replace(self._document.litter, side=side), tr("{} × {} children").format(side, side)
            )

    def go_to(self, latent: Latent) -> None:
        """Show a child, or one of the lineage, on the canvas."""
        self._desk.session.change_latent(latent, tr("Go to a bred picture"))

    def toggle_kept(self, number: int) -> None:
        """Keep a child in the lineage, or take it out again."""
        child = self.brood[number]
        kept, litter = self._kept(child), self._document.litter
        if kept is not None:
            self.remove(kept.id)
        elif litter is not None:
            lineage = keep(self._document.lineage, self._desk.settled(child), litter.parents, litter.strength)
            self._put_lineage(lineage, tr("Keep a child"))

    def remove(self, key: int) -> None:
        """Take a picture out of the lineage; its children become those of its parents."""
        self._put_lineage(remove(self._document.lineage, key), tr("Remove from the lineage"))

    def selected(self) -> tuple[Latent, ...]:
        """What is selected among the children and in the lineage."""
        chosen = [self.brood[number] for number in sorted(self.panel.grid.selection)]
        return (*chosen, *(self._member(key).latent for key in sorted(self.panel.tree.selection)))

    def reveal(self) -> None:
        """Bring the panel to the front, where it stands in a dock."""
        dock: QWidget | None = self.panel.parentWidget()
        if isinstance(dock, QDockWidget):
            dock.show()
            dock.raise_()

    # --- what changed -----------------------------------------------------------------------------------

    @property
    def _document(self) -> PictureDocument:
        return self._desk.session.picture

    def _refresh(self) -> None:
        self._show(self._document)

    def _show(self, document: PictureDocument) -> None:
        """Nothing while the panel is out of view: it asks again when it comes."""
        if not self.panel.is_seen:
            return
        before, self._shown = self._shown, document
        other_model = before.model_id != document.model_id
        self.panel.invitation.action_button.setEnabled(self.has_model)
        if other_model or document.litter != before.litter or document.notes != before.notes:
            if not other_model and _is_restrung(before.litter, document.litter):
                self._resting.start()
            else:
                self._show_litter(document)
        if other_model or document.lineage != before.lineage:
            self.panel.show_lineage(document.lineage)
            latents = {child.id: child.latent for child in document.lineage}
            self._portraits.show(LINEAGE, document.model_id, latents)
        self._show_state(document)

    def _show_litter(self, document: PictureDocument) -> None:
        litter = document.litter if self.has_model and document.litter and document.litter.parents else None
        self.panel.show_litter(litter)
        names = {note.name for note in document.notes if note.locked and note.model_id == document.model_id}
        z_dim = self._desk.session.z_dim
        self.brood = (
            children(litter, z_dim, frozenset(names)) if litter is not None and litter.parents else ()
        )
        self._portraits.show(CHILDREN, document.model_id, dict(enumerate(self.brood)))

    def _show_state(self, document: PictureDocument) -> None:
        starred = {number for number, child in enumerate(self.brood) if self._kept(child) is not None}
        shown = next((n for n, child in enumerate(self.brood) if child == document.latent), None)
        self.panel.grid.show_state(frozenset(starred), shown)
        member = self._kept(document.latent)
        self.panel.tree.show_state(frozenset(), member.id if member is not None else None)

    # --- replies ----------------------------------------------------------------------------------------

    def take_reply(self, reply: Reply) -> None:
        self._portraits.take_reply(reply)
        if isinstance(reply, Failure) and reply.channel in BOARDS:
            self.trouble.emit(reply.error)

    # --- inside -----------------------------------------------------------------------------------------

    def _kept(self, latent: Latent) -> Child | None:
        lineage = self._document.lineage
        return find(lineage, latent) or find(lineage, self._desk.settled(latent))

    def _kept_or_settled(self, latent: Latent) -> Latent:
        kept = self._kept(latent)
        return kept.latent if kept is not None else self._desk.settled(latent)

    def _member(self, key: int) -> Child:
        return next(child for child in self._document.lineage if child.id == key)

    def _put_litter(self, litter: Litter, label: str, gesture: str = "") -> None:
        self._desk.session.change_picture(replace(self._document, litter=litter), label, gesture)

    def _put_lineage(self, lineage: tuple[Child, ...], label: str) -> None:
        self._desk.session.change_picture(replace(self._document, lineage=lineage), label)

    # --- for the window ---------------------------------------------------------------------------------

    def docks(self) -> Docks:
        self.panel.setProperty("tab", "dock-blend")
        return (("dock-breed", tr("Breed"), self.panel, Qt.DockWidgetArea.RightDockWidgetArea),)

    def commands(self) -> tuple[Command, ...]:
        def has_litter() -> bool:
            return self.has_model and self._document.litter is not None

        return (
            Command("breed", tr("Breed"), "Picture", self.breed, "Ctrl+B",
                    tr("Children of the selected pictures; with none selected, of the picture on the canvas."),
                    "", PICTURES, lambda: self.has_model),
            Command("breed-new-children", tr("New children"), "Picture", self.refresh_children, "Ctrl+Shift+B",
                    tr("Other children of the same parents."), "", PICTURES, has_litter),
            Command("breed-kept", tr("Breed from picture and kept"), "Picture", self.breed_kept, "Ctrl+Alt+B",
                    tr("Children of the picture on the canvas and the youngest of the lineage together."), "",
                    PICTURES, lambda: self.has_model and bool(self._document.lineage)),
        )  # fmt: skip


def _is_restrung(before: Litter | None, after: Litter | None) -> bool:
    """Whether only the strength differs: the hand is on its slider, and the children wait until it rests."""
    return before is not None and after is not None and replace(before, strength=after.strength) == after


def tr(text: str) -> str:
    return QCoreApplication.translate("Breeding", text)
