"""Five examples of a melody model, seeds 1 to 5, whatever comes: as the command writes them."""

from __future__ import annotations

from pathlib import Path

from studio import __version__
from studio.core.recipe import ComposeSettings
from studio.core.score import Score
from studio.engines.music.melody_engine import MelodyEngine
from studio.files.midi import write_midi
from studio.inference.composing import Passage
from studio.inference.continuation import compose_recipe

BARS = 16
EXAMPLES = (  # by seed, from 1: style, metre
    ("reel", "2/2"),
    ("jig", "6/8"),
    ("air", "3/4"),
    ("song", "4/4"),
    ("chopin right hand", "3/4"),
)


def write_examples(engine: MelodyEngine, folder: Path) -> None:
    """Each of EXAMPLES whose style the model knows, as seed-N.mid."""
    card = engine.info.card
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (style, meter) in enumerate(EXAMPLES, 1):
        if style in card.styles:
            settings = ComposeSettings(seed, BARS, styles=((style, 1.0),), meter=meter)
            beats, _, unit = meter.partition("/")
            score = Score.empty(numerator=int(beats), denominator=int(unit))
            passage = Passage.of(score, card, settings)
            answer = engine.compose(passage.request)[0]
            recipe = compose_recipe(card, settings, __version__).to_json()
            write_midi(passage.with_answer(answer), folder / f"seed-{seed}.mid", recipe)


def paragraph(model_id: str) -> str:
    """The examples and how each was made, for a README."""
    lines = [
        f"- `examples/seed-{seed}.mid`: `latent-studio compose {model_id} --bars {BARS} --meter {meter} "
        f'--style "{style}=1" --seed {seed} -o seed-{seed}.mid`'
        for seed, (style, meter) in enumerate(EXAMPLES, 1)
    ]
    return "## Examples\n\nOne style each, chosen beforehand; nothing was chosen afterwards.\n\n" + "\n".join(
        lines
    )
