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
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.errors import StudioError
from studio.core.music_messages import ComposeRequest, DecodePhrasesRequest, Notes, PhraseFrame, Styles
from studio.core.originality import QUOTES, SHORT, Baseline, Originality, copy_rate, judge
from studio.core.parameter import TEMPERATURE
from studio.core.tune_index import TuneIndex
from studio.engines.base import Engine, MusicEngine, PhraseEngine
from studio.engines.catalogue import Catalogue, CatalogueEntry
from studio.engines.torch_backend import TorchBackend
from studio.files.locations import models_dir, user_models_dir
from studio.files.tune_index_file import bundled_tune_index
from studio.training.music.corpus import PIANO, Work
from studio.training.music.tune_index import HumanBaseline, index_of, works_to_index

BARS, PHRASE_BARS, PROMPT_BARS = 16, 4, 4
TUNES = 128


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
        close = copy_rate(judged)
        return cls(
            len(judged),
            round(close, 4),
            wilson(round(close * len(judged)), len(judged)),
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


class Writer:
    """Lets a model write as much as one human work has, in its style, metre and key."""

    def __init__(self, engine: Engine, temperature: float | None = None) -> None:
        if not isinstance(engine, MusicEngine | PhraseEngine):
            raise StudioError(f"{engine.info.card.name} writes no melodies.")
        self.engine = engine
        usual = TEMPERATURE.default if isinstance(engine, MusicEngine) else 0.0  # as the requests have it
        self.temperature = usual if temperature is None else temperature
        self.bars = BARS if isinstance(engine, MusicEngine) else PHRASE_BARS
        self.styles = tuple(engine.info.card.styles)

    @property
    def goes_on(self) -> bool:
        """Whether it can continue what a person wrote."""
        return isinstance(self.engine, MusicEngine)

    def write(self, like: Work, prompt_bars: int, seed: int) -> Notes:
        """`bars` bars after the first bars of a work; nothing where the model cannot write in its metre."""
        try:
            return self._melody(like, prompt_bars, seed) if self.goes_on else self._phrase(like, seed)
        except StudioError:
            return ()

    def _wished(self, like: Work) -> Styles:
        name = style_in(like, self.styles)
        return ((name, 1.0),) if name in self.styles else ()

    def _melody(self, like: Work, prompt_bars: int, seed: int) -> Notes:
        assert isinstance(self.engine, MusicEngine)
        start, end = (like.score.bar_start(bar) for bar in (prompt_bars, prompt_bars + self.bars))
        request = ComposeRequest(
            self.engine.info.card.id,
            bars_of(like, 0, prompt_bars),
            start,
            end,
            temperature=self.temperature,
            seed=seed,
            styles=self._wished(like),
            meter=replace(like.score.meter_at(start), ticks=0),
            key=like.key.signature,
        )
        return self.engine.compose(request)[0].notes

    def _phrase(self, like: Work, seed: int) -> Notes:
        assert isinstance(self.engine, PhraseEngine)
        frame = PhraseFrame(0, self.bars, replace(like.score.meter_at(0), ticks=0), like.key.signature)
        request = DecodePhrasesRequest(
            self.engine.info.card.id,
            frame,
            samples=1,
            styles=self._wished(like),
            temperature=self.temperature,
            seed=seed,
        )
        return self.engine.decode_phrases(request)[0][0]


class CopyTrial:
    """The human works, and the index that everything is judged by. `index` holds exactly `works`, in their order."""

    def __init__(self, works: Sequence[Work], index: TuneIndex, baseline: Baseline, seed: int = 1) -> None:
        self.works, self.index, self.baseline, self.seed = works, index, baseline, seed
        self._kin = HumanBaseline(works, index, seed)

    def chosen(self, styles: Sequence[str], bars: int, count: int) -> list[int]:
        """Works of the styles with so many bars, drawn as often as the works have them."""
        known = [n for n, work in enumerate(self.works) if style_in(work, styles) and work.bars >= bars]
        if not known:
            raise StudioError("None of the human works is in a style of this model.", ", ".join(styles))
        return [int(n) for n in np.random.default_rng(self.seed).permutation(known)[:count]]

    def tunes(self, writer: Writer, count: int) -> Comparison:
        """Tunes from nothing."""
        numbers = self.chosen(writer.styles, writer.bars, count)
        judged = [
            self._judged(writer.write(self.works[n], 0, self.seed + k), ()) for k, n in enumerate(numbers)
        ]
        return self._compared("tunes from nothing", judged, self._human(numbers, 0, writer.bars))

    def continuations(self, writer: Writer, count: int) -> Comparison:
        """What follows the first bars of human tunes, against all tunes but the one that is continued."""
        numbers = self.chosen(writer.styles, writer.bars + PROMPT_BARS, count)
        judged = [
            self._judged(writer.write(self.works[n], PROMPT_BARS, self.seed + k), self._kin.relatives(n))
            for k, n in enumerate(numbers)
        ]
        return self._compared("continuations", judged, self._human(numbers, PROMPT_BARS, writer.bars))

    def _human(self, numbers: Sequence[int], first: int, bars: int) -> list[Originality]:
        """So many bars of each work from a bar on, against all but its variants."""
        return [
            self._judged(bars_of(self.works[n], first, first + bars), self._kin.relatives(n)) for n in numbers
        ]

    def _judged(self, notes: Notes, without: Collection[int]) -> Originality:
        return judge(notes, self.index, self.baseline, without)

    def _compared(self, what: str, judged: list[Originality], human: list[Originality]) -> Comparison:
        judged, human = ([one for one in side if one.verdict != SHORT] for side in (judged, human))
        nearest = sorted(judged, key=lambda one: -(one.longest.notes if one.longest else 0))[:3]
        return Comparison(what, Side.of(judged), Side.of(human), tuple(found.sentence for found in nearest))


def style_in(work: Work, styles: Sequence[str]) -> str:
    """The model's name for a work's style; a model of piano genres takes all piano works; empty: not its style."""
    if work.style == PIANO:
        named = (name for name in styles if "right hand" in name)
        return next(named, PIANO if not styles or "mazurka" in styles else "")
    return work.style if work.style in styles else ""


def bars_of(work: Work, first: int, last: int) -> Notes:
    """The melody in bars [first, last)."""
    start, end = work.score.bar_start(first), work.score.bar_start(last)
    return tuple(note for note in work.melody if start <= note.start_ticks < end)


def compare(
    entry: CatalogueEntry, data: Path, count: int = TUNES, temperature: float | None = None
) -> list[Comparison]:
    """A model beside people, at its usual temperature if none is given.

    StudioError where it writes no melodies, or the bundled index is of other tunes."""
    works = works_to_index(data)
    index, baseline = bundled_tune_index()
    if not np.array_equal(index.symbols, index_of(works).symbols):
        raise StudioError("The bundled index is of other tunes than these.", hint="Build it anew from them.")
    writer = Writer(TorchBackend(Catalogue([entry]), "cpu").load(entry.card.id), temperature)
    trial = CopyTrial(works, index, baseline)
    found = [trial.tunes(writer, count)]
    return [*found, trial.continuations(writer, count)] if writer.goes_on else found


def figures(entry: CatalogueEntry, data: Path) -> dict[str, Any]:
    """For `evaluate` and cards: the facts, or why there are none."""
    try:
        return facts(entry.card.id, compare(entry, data))
    except StudioError as error:
        return {"not_measured": error.title}


def facts(model: str, found: Sequence[Comparison]) -> dict[str, Any]:
    """For programs and cards."""
    return {
        "model": model,
        "copies_more_than_people": any(one.higher for one in found),
        "compared": [asdict(one) for one in found],
    }


def main() -> int:
    """Parse the command line and compare."""
    parser = argparse.ArgumentParser(prog="python -m studio.training.music.copying", description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--data", type=Path, required=True, help="the folder with the music of the index")
    parser.add_argument("--tunes", type=int, default=TUNES)
    parser.add_argument("--temperature", type=float, help="the model's usual one if not given")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        entry = Catalogue.scan((models_dir(), user_models_dir())).entry(options.model)
        found = compare(entry, options.data, options.tunes, options.temperature)
    except StudioError as error:
        print(error.sentence(), error.detail, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(facts(options.model, found), indent=1, ensure_ascii=False))
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
