"""`python -m studio.training.music.copying MODEL --data DIR [--json]`: does a model copy more than people do?

It writes tunes of its own and continuations of human ones, in the styles of the human works, and every one is judged
as `latent-studio originality` judges. The same is done with human tunes of the same styles, keys, metres and length,
each against all but itself and its variants. Invariant: both sides are measured by one function.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.errors import StudioError
from studio.core.music_messages import ComposeRequest, DecodePhrasesRequest, Notes, PhraseFrame
from studio.core.originality import CLOSE, QUOTES, Baseline, Originality, judge
from studio.core.tune_index import TuneIndex
from studio.engines.base import Engine, MusicEngine, PhraseEngine
from studio.engines.catalogue import Catalogue
from studio.engines.torch_backend import TorchBackend
from studio.files.locations import models_dir, user_models_dir
from studio.files.tune_index_file import bundled_tune_index
from studio.training.music.corpus import PIANO, Work
from studio.training.music.tune_index import HumanBaseline, index_of, works_to_index

BARS, PROMPT_BARS = 16, 4
TUNES = 128
FEWEST = 12  # notes


@dataclass(frozen=True, slots=True)
class Side:
    """What one side's tunes have in common with the index: shares of them, and means. close includes quotes;
    close_within: a 95% interval (Wilson 1927)."""

    tunes: int
    close: float
    close_within: tuple[float, float]
    quotes: float
    longest: float
    longest_p95: float
    share: float

    @classmethod
    def of(cls, judged: Sequence[Originality]) -> Side:
        longest = [found.longest.notes if found.longest else 0 for found in judged]
        close = sum(found.verdict in (CLOSE, QUOTES) for found in judged)
        return cls(
            len(judged),
            round(close / max(1, len(judged)), 4),
            wilson(close, len(judged)),
            round(sum(found.verdict == QUOTES for found in judged) / max(1, len(judged)), 4),
            round(float(np.mean(longest)), 2) if longest else 0.0,
            round(float(np.percentile(longest, 95)), 2) if longest else 0.0,
            round(float(np.mean([found.share for found in judged])), 4) if judged else 0.0,
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """One way of writing, beside people. `nearest`: the closest matches, as sentences."""

    what: str
    model: Side
    human: Side
    nearest: tuple[str, ...]

    @property
    def higher(self) -> bool:
        """Whether the model comes close more often than people, beyond chance."""
        return self.model.close_within[0] > self.human.close_within[1]


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95% interval of a share."""
    if not count:
        return 0.0, 1.0
    z, share = 1.96, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


class CopyTrial:
    """The human works, and the index that everything is judged by. `index` holds exactly `works`, in their order."""

    def __init__(self, works: Sequence[Work], index: TuneIndex, baseline: Baseline, seed: int = 1) -> None:
        self.works, self.index, self.baseline, self.seed = works, index, baseline, seed
        self._kin = HumanBaseline(works, index, seed)

    def chosen(self, styles: Sequence[str], count: int) -> list[int]:
        """Works of the styles that are long enough, drawn as often as the works have them."""
        known = [n for n, work in enumerate(self.works) if style_in(work, styles) and work.bars >= BARS]
        if not known:
            raise StudioError("None of the human works is in a style of this model.", ", ".join(styles))
        return np.random.default_rng(self.seed).permutation(known)[:count].tolist()

    def human(self, numbers: Sequence[int], first_bar: int) -> list[Originality]:
        """BARS bars of each work from a bar on, against all but its variants."""
        judged = (
            judge(
                _bars(self.works[n], first_bar, first_bar + BARS),
                self.index,
                self.baseline,
                self._kin.relatives(n),
            )
            for n in numbers
        )
        return [found for found in judged if found.notes >= FEWEST]

    def tunes(self, engine: Engine, numbers: Sequence[int], temperature: float) -> Comparison:
        """Tunes from nothing."""
        judged = [
            judge(notes, self.index, self.baseline)
            for k, n in enumerate(numbers)
            for notes in written(engine, self.works[n], 0, temperature, self.seed + k)
        ]
        return self._compared("tunes from nothing", judged, self.human(numbers, 0))

    def continuations(self, engine: Engine, numbers: Sequence[int], temperature: float) -> Comparison:
        """What follows the first bars of human tunes, against all tunes but the one that is continued."""
        longer = [n for n in numbers if self.works[n].bars >= BARS + PROMPT_BARS]
        judged = [
            judge(notes, self.index, self.baseline, self._kin.relatives(n))
            for k, n in enumerate(longer)
            for notes in written(engine, self.works[n], PROMPT_BARS, temperature, self.seed + k)
        ]
        return self._compared("continuations", judged, self.human(longer, PROMPT_BARS))

    def _compared(self, what: str, judged: list[Originality], human: list[Originality]) -> Comparison:
        judged = [found for found in judged if found.notes >= FEWEST]
        nearest = sorted(judged, key=lambda one: -(one.longest.notes if one.longest else 0))[:3]
        return Comparison(what, Side.of(judged), Side.of(human), tuple(found.sentence for found in nearest))


def style_in(work: Work, styles: Sequence[str]) -> str:
    """The model's name for a work's style; empty where it has none."""
    right = next((name for name in styles if "right hand" in name.lower()), "")
    return work.style if work.style in styles else right if work.style == PIANO else ""


def _bars(work: Work, first: int, last: int) -> Notes:
    start, end = work.score.bar_start(first), work.score.bar_start(last)
    return tuple(note for note in work.melody if start <= note.start_ticks < end)


def written(engine: Engine, like: Work, prompt_bars: int, temperature: float, seed: int) -> Iterator[Notes]:
    """What a model writes in the metre, key and style of a work, after so many of its bars; BARS bars long."""
    score, styles = like.score, engine.info.card.styles
    style = style_in(like, styles)
    start, end = score.bar_start(prompt_bars), score.bar_start(prompt_bars + BARS)
    wished = ((style, 1.0),) if style else ()
    if isinstance(engine, MusicEngine):
        request = ComposeRequest(
            engine.info.card.id,
            _bars(like, 0, prompt_bars),
            start,
            end,
            temperature=temperature,
            seed=seed,
            styles=wished,
            meter=replace(score.meter_at(start), ticks=0),
            key=like.key.signature,
        )
        yield engine.compose(request)[0].notes
    elif isinstance(engine, PhraseEngine) and not prompt_bars:
        yield from _phrases(engine, like, temperature, seed, wished)


def _phrases(
    engine: PhraseEngine, like: Work, temperature: float, seed: int, wished: tuple[tuple[str, float], ...]
) -> Iterator[Notes]:
    """Phrases drawn from the prior, as long as the model has them."""
    bars = int(engine.info.card.config.get("bars", 2))
    frame = PhraseFrame(0, bars, replace(like.score.meter_at(0), ticks=0), like.key.signature)
    request = DecodePhrasesRequest(
        engine.info.card.id, frame, samples=1, styles=wished, temperature=temperature, seed=seed
    )
    yield from engine.decode_phrases(request)[0]


def compare(model: str, data: Path, count: int = TUNES, temperature: float = 1.0) -> list[Comparison]:
    """A catalogue's model beside people. StudioError where it writes no melodies or the index is of other tunes."""
    works = works_to_index(data)
    index, baseline = bundled_tune_index()
    if not np.array_equal(index.symbols, index_of(works).symbols):
        raise StudioError("The bundled index is of other tunes than these.", hint="Build it anew from them.")
    engine = TorchBackend(Catalogue.scan((models_dir(), user_models_dir())), "cpu").load(model)
    if not isinstance(engine, MusicEngine | PhraseEngine):
        raise StudioError(f"The model {model} writes no melodies.")
    trial = CopyTrial(works, index, baseline)
    numbers = trial.chosen(engine.info.card.styles, count)
    found = [trial.tunes(engine, numbers, temperature)]
    return (
        [*found, trial.continuations(engine, numbers, temperature)]
        if isinstance(engine, MusicEngine)
        else found
    )


def facts(model: str, temperature: float, found: Sequence[Comparison]) -> dict[str, Any]:
    """For programs and cards."""
    return {
        "model": model,
        "temperature": temperature,
        "copies_more_than_people": any(one.higher for one in found),
        "compared": [asdict(one) for one in found],
    }


def main() -> int:
    """Parse the command line and compare."""
    parser = argparse.ArgumentParser(prog="python -m studio.training.music.copying", description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--data", type=Path, required=True, help="the folder with the music of the index")
    parser.add_argument("--tunes", type=int, default=TUNES)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        found = compare(options.model, options.data, options.tunes, options.temperature)
    except StudioError as error:
        print(error.sentence(), error.detail, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(facts(options.model, options.temperature, found), indent=1, ensure_ascii=False))
    else:
        for one in found:
            print(_table(one))
    return 0


def _table(one: Comparison) -> str:
    lines = [f"{one.what}: {'more than people' if one.higher else 'no more than people'}"]
    for name, side in (("model", one.model), ("people", one.human)):
        low, high = side.close_within
        lines.append(
            f"  {name:7}{side.tunes:4} tunes  close {side.close:.1%} ({low:.1%} to {high:.1%})  "
            f"quotes {side.quotes:.1%}  "
            f"longest {side.longest:.1f}, 95th {side.longest_p95:.0f} notes  pieces seen {side.share:.0%}"
        )
    return "\n".join([*lines, *(f"  {sentence}" for sentence in one.nearest)])


if __name__ == "__main__":
    sys.exit(main())
