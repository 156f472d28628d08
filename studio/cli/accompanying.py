"""The verb that writes an accompaniment under a melody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from studio import __version__
from studio.cli import music_options as opt
from studio.cli.common import AsJson, Device, Out, Seed, app, card_of, errand, errors, print_json
from studio.cli.music import read_score
from studio.core.accompaniment import FIGURES
from studio.core.card import Card
from studio.core.errors import StudioError
from studio.core.messages import ChordsCandidate, ChordsReady, Composed
from studio.core.recipe import AccompanySettings
from studio.files.midi import write_midi
from studio.inference.accompanying import AccompanimentIdea, Accompanying, accompany_recipe
from studio.inference.errand import Errand
from studio.inference.piano_texture import TEXTURE, PianoTexture

KINDS = (*FIGURES, TEXTURE)


@app.command(
    epilog="`latent-studio accompany tune.mid -o song.mid`, "
    '`latent-studio accompany tune.mid --figure walking --bars 5-8 --chords "C | Am F | G7 | C" -o song.mid`'
)
def accompany(
    melody: Path,
    out: Out,
    figure: Annotated[str, typer.Option(help=f"{', '.join(KINDS)}; else what suits the metre.")] = "",
    model: Annotated[str, typer.Option(help="A model that finds chords.")] = "lead-sheet",
    player: Annotated[
        str, typer.Option(help="A model of many voices, for the figure texture.")
    ] = "piano-texture",
    track: Annotated[int, typer.Option(min=0, help="The melody, from 1; 0: the highest track.")] = 0,
    bars: Annotated[str, typer.Option(help="First and last bar, as in 5-8; else all.")] = "",
    chords: opt.Chords = "",
    seed: Seed = 0,
    candidates: opt.Candidates = 1,
    as_json: AsJson = False,
    device: Device = "auto",
) -> None:
    """Write an accompaniment under a melody, on tracks of its own: over its chords, or those that a model finds."""
    if figure not in ("", *KINDS):
        raise typer.BadParameter(f"one of {', '.join(KINDS)}", param_hint="--figure")
    first, count = opt.bars_of(bars) if bars else (0, 0)
    span = (first + 1, first + count) if bars else None
    settings = AccompanySettings(seed, track or None, span, figure, candidates, chords)
    card = card_of(model, "music")
    plan = Accompanying.of(read_score(melody), card, settings)
    with errand(device) as now, errors.status("Accompanying"):
        ideas = _ideas(now, plan, card_of(player, "music") if figure == TEXTURE else None)
    files = [out] if candidates == 1 else [out.with_stem(f"{out.stem}-{k + 1}") for k in range(len(ideas))]
    for file, idea in zip(files, ideas, strict=True):
        write_midi(
            plan.with_answer(idea), file, accompany_recipe(card, _alone(plan, idea), __version__).to_json()
        )
    if as_json:
        print_json([_told(plan, *pair) for pair in zip(files, ideas, strict=True)])


def _alone(plan: Accompanying, idea: AccompanimentIdea) -> AccompanySettings:
    """What makes one idea again; textures are chosen among all that were drawn, so those only come together."""
    if idea.figure == TEXTURE:
        return plan.settings
    return replace(plan.settings, seed=idea.seed % 2**32, figure=idea.figure, candidates=1)


def _ideas(now: Errand, plan: Accompanying, player: Card | None) -> tuple[AccompanimentIdea, ...]:
    """Chords first, where they are wanted; then figures over them, or a player's texture."""
    found: tuple[ChordsCandidate, ...] = ()
    if plan.request is not None:
        answer = now.ask(plan.request)
        assert isinstance(answer, ChordsReady)
        found = answer.candidates
    if player is None:
        return plan.ideas(found, plan.settings.candidates)
    texture = PianoTexture.of(plan, player, plan.chords_of(found))
    played = now.ask(texture.request)
    assert isinstance(played, Composed)
    ideas = texture.ideas(played.candidates, plan.settings.candidates)
    if not ideas:
        raise StudioError("The model played nothing that fits below this melody.", hint="Try another seed.")
    return ideas


def _told(plan: Accompanying, file: Path, idea: AccompanimentIdea) -> dict[str, object]:
    """What one idea is, for programs."""
    return {
        "file": str(file),
        "figure": idea.figure,
        "seed": idea.seed,
        "chords": [
            {"bar": plan.score.bar_of(chord.start_ticks) + 1, "start": chord.start_ticks, "name": chord.name}
            for chord in idea.found
        ],
        "tracks": {hand.name: len(hand.notes) for hand in idea.hands},
    }
