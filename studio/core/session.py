"""Session: the open project, its live state and its undo. Lives on one thread, the GUI's in the window.

Every change of the documents goes through here and is one undoable step (a drag is one step: see `gesture`).
Signals tell what has changed; nobody is told who changed it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from psygnal import Signal

from studio.core.edit import History, StateEdit
from studio.core.latent import Latent, between
from studio.core.picture import Picture
from studio.core.project import PictureDocument, Project, SliderNote
from studio.core.restyle import StyleMix
from studio.core.score import Note, NoteId, Score
from studio.core.sliders import locked_keys, unlocked, with_note, with_value, with_values
from studio.core.stack import refitted

S = TypeVar("S")
PICTURES = "pictures"
MUSIC = "music"


class Session:
    """Owns the picture document and the score. `z_dim` is that of the picture model in use."""

    picture_changed = Signal(PictureDocument)
    score_changed = Signal(Score)
    history_changed = Signal()

    def __init__(self, project: Project | None = None) -> None:
        project = project or Project()
        self._picture = project.picture
        self._score = project.score
        self.z_dim = 0
        self.picture_history: History[PictureDocument] = History()
        self.score_history: History[Score] = History()

    @property
    def picture(self) -> PictureDocument:
        return self._picture

    @property
    def score(self) -> Score:
        return self._score

    # --- pictures ---------------------------------------------------------------------------------------

    def change_picture(self, after: PictureDocument, label: str, gesture: str = "") -> None:
        """Go over to another picture document as one step; edits of one gesture merge."""
        after = refitted(self._picture, after)
        self._do(self.picture_history, StateEdit(label, self._picture, after, self._put_picture, gesture))

    def use_model(self, model_id: str, latent: Latent) -> None:
        """Choose a picture model and where in its space to begin."""
        self.change_picture(self._picture.at_model(model_id, latent), "Choose a model")

    def change_latent(self, latent: Latent, label: str, gesture: str = "") -> None:
        """Move to another latent; an opened picture gives way to the model's."""
        self.change_picture(replace(self._picture, latent=latent, source=None), label, gesture)

    def move_latent(self, name: str, amount: float, gesture: str = "", label: str = "") -> None:
        """Move one direction slider to an amount in standard deviations; `label` is its name for people."""
        self.change_latent(self._picture.latent.with_offset(name, amount), label or "Move a slider", gesture)

    def move_slider(self, key: str, value: float, gesture: str = "", label: str = "") -> None:
        """Move any slider of the picture model (see core.sliders for its key)."""
        self.change_latent(with_value(self._picture.latent, key, value), label or "Move a slider", gesture)

    def set_sliders(self, values: Mapping[str, float], label: str, noise_seed: int | None = None) -> None:
        """Put many sliders somewhere, and the fine texture where it is given, as one step; what is locked stays."""
        free = {key: values[key] for key in unlocked(self._picture, values)}
        latent = with_values(self._picture.latent, free)
        seed = latent.noise_seed if noise_seed is None else noise_seed
        self.change_latent(replace(latent, noise_seed=seed), label)

    def reset_directions(self) -> None:
        """All direction sliders back to 0, but for those that are locked."""
        latent, locked = self._picture.latent, locked_keys(self._picture)
        kept = tuple(entry for entry in latent.offsets if entry[0] in locked)
        self.change_latent(replace(latent, offsets=kept), "Reset all sliders")

    def set_reach(self, name: str, layers: tuple[int, int] | None, label: str, gesture: str = "") -> None:
        """Let a direction move the layers first..last only; None lets it move all."""
        latent = self._picture.latent
        after = latent.without_reach(name) if layers is None else latent.with_reach(name, *layers)
        self.change_latent(after, label, gesture)

    def note_slider(self, note: SliderNote, label: str) -> None:
        """Note something on a slider: a name of its own, pinned, locked."""
        self.change_picture(with_note(self._picture, note), label)

    def set_noise_seed(self, seed: int) -> None:
        """Another fine texture; the picture stays."""
        self.change_latent(replace(self._picture.latent, noise_seed=seed), f"Noise seed {seed}")

    def set_seed(self, seed: int) -> None:
        self.change_latent(self._picture.latent.with_seed(seed), f"Seed {seed}")

    def set_psi(self, psi: float, gesture: str = "") -> None:
        self.change_latent(replace(self._picture.latent, psi=psi), "Change truncation", gesture)

    def set_style(self, name: str, weight: float, gesture: str = "") -> None:
        """Set the weight of one class/style of the model."""
        self.change_latent(self._picture.latent.with_style(name, weight), f"Weight of {name}", gesture)

    def keep_slot(self, slot: str, settled: Latent | None = None) -> None:
        """Keep the latent in slot "a" or "b", or the same picture as a point of its own."""
        latent = settled or self._picture.latent
        if slot == "a":
            after = replace(self._picture, slot_a=latent, blend=0.0)
        else:
            after = replace(self._picture, slot_b=latent, blend=1.0)
        self.change_picture(after, f"Keep as {slot.upper()}")

    def blend(self, t: float, gesture: str = "") -> None:
        """Go to a share t of the way from slot A to slot B; nothing happens while one of them is empty."""
        a, b = self._picture.slot_a, self._picture.slot_b
        if a is None or b is None:
            return
        latent = between(a, b, t, self.z_dim)
        self.change_picture(
            replace(self._picture, latent=latent, source=None, blend=t), "Blend A and B", gesture
        )

    def set_restyle(self, mix: StyleMix, label: str = "Restyle", gesture: str = "") -> None:
        self.change_picture(replace(self._picture, restyle=mix), label, gesture)

    def open_picture(self, picture: Picture) -> None:
        """Show a picture that the person brought."""
        self.change_picture(replace(self._picture, source=picture), f"Open {picture.name or 'a picture'}")

    # --- music ------------------------------------------------------------------------------------------

    def change_score(self, after: Score, label: str, gesture: str = "") -> None:
        """Go over to another score as one step; edits of one gesture merge."""
        self._do(self.score_history, StateEdit(label, self._score, after, self._put_score, gesture))

    def add_notes(self, track: int, notes: tuple[Note, ...], label: str) -> frozenset[NoteId]:
        """Add notes as one step; returns their ids."""
        before = self._score
        self.change_score(before.with_notes_added(track, notes), label)
        return self._score.added_ids(before)

    # --- undo -------------------------------------------------------------------------------------------

    def end_gesture(self) -> None:
        """The hand let go of what it moved."""
        self.picture_history.end_gesture()
        self.score_history.end_gesture()
        self.history_changed.emit()

    def undo(self, desk: str) -> str:
        """Take back the last step on a desk ("pictures" or "music"); returns its label, empty when none."""
        return self._step_back(self._history(desk).undo)

    def redo(self, desk: str) -> str:
        return self._step_back(self._history(desk).redo)

    def steps(self, desk: str) -> tuple[tuple[str, ...], int]:
        """The names of all steps of a desk, done and then undone, and how many of them are done."""
        history = self._history(desk)
        return history.labels + history.undone_labels, len(history.labels)

    def jump(self, desk: str, done: int) -> None:
        """Undo or redo until just `done` steps are done."""
        history = self._history(desk)
        history.jump(done)
        self.history_changed.emit()

    def undo_label(self, desk: str) -> str:
        return self._history(desk).undo_label

    def redo_label(self, desk: str) -> str:
        return self._history(desk).redo_label

    def load(self, project: Project) -> None:
        """Open another project; its history begins anew."""
        self._put_picture(project.picture)
        self._put_score(project.score)
        self.forget_history()

    def change_project(self, project: Project, label: str) -> None:
        """Go over to another project as one step on each desk, so that what was open is not lost."""
        self.change_picture(project.picture, label)
        self.change_score(project.score, label)

    def forget_history(self, *desks: str) -> None:
        """What is now is the beginning: nothing before it can be undone to."""
        for desk in desks or (PICTURES, MUSIC):
            self._history(desk).clear()
        self.history_changed.emit()

    @property
    def is_touched(self) -> bool:
        """Whether there is anything to undo."""
        return bool(self.undo_label(PICTURES) or self.undo_label(MUSIC))

    def _history(self, desk: str) -> History[PictureDocument] | History[Score]:
        return self.picture_history if desk == PICTURES else self.score_history

    def _do(self, history: History[S], edit: StateEdit[S]) -> None:
        if history.do(edit):
            self.history_changed.emit()

    def _step_back(self, step: Callable[[], StateEdit[PictureDocument] | StateEdit[Score] | None]) -> str:
        edit = step()
        self.history_changed.emit()
        return edit.label if edit else ""

    def _put_picture(self, picture: PictureDocument) -> None:
        self._picture = picture
        self.picture_changed.emit(picture)

    def _put_score(self, score: Score) -> None:
        self._score = score
        self.score_changed.emit(score)
