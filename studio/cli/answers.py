"""What the verbs that write notes do with their answers: ask for them, write files, tell programs of the notes."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio import __version__
from studio.cli.common import card_of, errand, errors, print_json
from studio.core.card import Card
from studio.core.errors import StudioError
from studio.core.messages import Composed, NoteScore, VoicesComposed
from studio.core.pitch import note_name
from studio.core.recipe import ComposeSettings, HarmoniseSettings, Recipe, recipe_from_json
from studio.core.score import Note, Score
from studio.core.theory import scale_named
from studio.files.midi import read_midi, write_midi
from studio.inference.composing import Passage, again
from studio.inference.continuation import compose_recipe, melody_track
from studio.inference.harmonising import infill_voices

Part = tuple[Sequence[Note], Sequence[NoteScore]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the new score, the new notes by track, its seed, and how long all the answers took."""

    score: Score
    parts: tuple[tuple[str, Part], ...]
    seed: int
    compose_ms: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked for what, what was heard and where the answer goes."""

    card: Card
    settings: ComposeSettings
    out: Path
    source: Path | None

    def recipe(self, seed: int) -> str:
        """What makes one answer again, with the file that was heard."""
        source = (self.source.name if self.source else "", _digest(self.source))
        return compose_recipe(self.card, again(self.settings, seed), __version__, source).to_json()


def _digest(source: Path | None) -> str:
    return hashlib.sha256(source.read_bytes()).hexdigest() if source else ""


def asked_like(file: Path, out: Path, source: Path | None) -> Asked:
    """What the recipe in a MIDI file says. StudioError where there is none."""
    text = read_midi(file).recipe
    recipe = recipe_from_json(text) if text else Recipe("music")
    if recipe.compose is None:
        raise StudioError(f"{file.name} does not say how it was composed.", hint="Give the options instead.")
    card = card_of(recipe.model_id, "music")
    if recipe.weights_sha256 != card.weights.sha256:
        errors.print(f"{card.name} has other weights now: the notes will be others.", markup=False)
    if _digest(source) != recipe.source_sha256:
        errors.print(f"It heard {recipe.source_name or 'nothing'}: the notes will be others.", markup=False)
    return Asked(card, recipe.compose, out, source)


def write_passage(score: Score, asked: Asked, candidates: int, device: str) -> list[Answer]:
    """Ask a model of melodies or textures for bars."""
    passage = Passage.of(score, asked.card, asked.settings)
    if passage.replaced:
        errors.print(f"{len(passage.replaced)} notes are written anew.", highlight=False)
    with errand(device) as now, errors.status("Composing"):
        answer = now.ask(passage.asking_for(candidates))
    assert isinstance(answer, Composed)
    name = score.track(passage.hands[0]).name
    return [
        Answer(passage.with_answer(one), ((name, (one.notes, one.scores)),), one.seed, answer.compose_ms)
        for one in answer.candidates
    ]


def write_voices(score: Score, asked: Asked, candidates: int, device: str) -> list[Answer]:
    """Ask a model of voices for bars of some tracks."""
    settings = _for_voices(asked.card, asked.settings, candidates)
    tracks = asked.settings.tracks or (melody_track(score),)
    last = asked.settings.first_bar + asked.settings.bars - 1
    plan = infill_voices(score, asked.card, tracks, (asked.settings.first_bar, last), settings)
    with errand(device) as now, errors.status("Composing"):
        answer = now.ask(plan.request)
    assert isinstance(answer, VoicesComposed)
    found = []
    for one in answer.candidates:
        each = zip(plan.tracks, plan.request.written, one.voices, one.scores, strict=True)
        parts = tuple((score.track(i).name, (notes, told)) for i, new, notes, told in each if new)
        found.append(Answer(plan.with_answer(one), parts, one.seed, answer.compose_ms))
    return found


def _for_voices(card: Card, settings: ComposeSettings, candidates: int) -> HarmoniseSettings:
    """The same wishes for a model of voices; StudioError for one that it does not know."""
    unknown = {
        "styles": settings.styles,
        "attributes": settings.attributes,
        "notes to begin or end on": settings.must_start or settings.must_end,
        "a rhythm to keep": settings.keep_rhythm,
        "notes to keep": settings.keep_notes,
        "a mood": settings.mood is not None,
        "the best of several": settings.best_of > 1,
    }
    for name, told in unknown.items():
        if told:
            raise StudioError(f"{card.name} writes voices and takes no wish for {name}.")
    free = (settings.low, settings.high) == (0, 127)
    return HarmoniseSettings(
        settings.seed,
        candidates=candidates,
        temperature=settings.temperature,
        top_p=settings.top_p,
        scale=tuple(sorted(scale_named(settings.scale)[1])) if settings.scale else (),
        range=None if free else (settings.low, settings.high),
        chords=settings.chords,
    )


def save(answers: Sequence[Answer], asked: Asked, as_json: bool) -> None:
    """One MIDI file an answer, its recipe inside; with several, numbers stand behind the name."""
    out = asked.out
    files = (
        [out] if len(answers) == 1 else [out.with_stem(f"{out.stem}-{k + 1}") for k in range(len(answers))]
    )
    for file, answer in zip(files, answers, strict=True):
        write_midi(answer.score, file, asked.recipe(answer.seed))
    if as_json:
        print_json([_told(file, asked.card, answer) for file, answer in zip(files, answers, strict=True)])


def _told(file: Path, card: Card, answer: Answer) -> dict[str, Any]:
    odds = [score.probability for _, (_, scores) in answer.parts for score in scores]
    mean = math.exp(sum(math.log(max(p, 1e-300)) for p in odds) / len(odds)) if odds else None
    return {
        "file": str(file),
        "model": card.id,
        "seed": answer.seed,
        "ms": round(answer.compose_ms, 1),
        "mean_probability": mean and _short(mean),
        "tracks": {name: notes_told(notes, scores) for name, (notes, scores) in answer.parts},
    }


def notes_told(notes: Sequence[Note], scores: Sequence[NoteScore]) -> list[dict[str, Any]]:
    return [note_told(note, score) for note, score in zip(notes, scores, strict=True)]


def note_told(note: Note, score: NoteScore) -> dict[str, Any]:
    """A note with what the model thinks of it."""
    return {
        "start": note.start_ticks,
        "duration": note.duration_ticks,
        "pitch": note.pitch,
        "name": note_name(note.pitch),
        "velocity": note.velocity,
        "probability": _short(score.probability),
        "rank": score.rank,
        "entropy": _short(score.entropy),
        "alternatives": {note_name(pitch): _short(odds) for pitch, odds in score.alternatives},
    }


def _short(number: float) -> float:
    """Four digits that say something."""
    return float(f"{number:.4g}")
