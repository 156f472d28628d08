"""The judges of a melody model: rank correlation, a judge of styles on made-up tunes, the measures on a tiny model."""

import pytest
import torch

from studio.core.attributes import ATTRIBUTES, Quantiles
from studio.core.card import Card, WeightsInfo
from studio.core.chords import parse_figure
from studio.core.score import Note
from studio.engines.music.melody_engine import MelodyEngine
from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig
from studio.files.abc_tune import Tune
from studio.training.music import style_blending
from studio.training.music.attribute_control import Trial, figures, measure_control, spearman, summary
from studio.training.music.batches import Collator, style_shares
from studio.training.music.chord_following import measure_chords
from studio.training.music.melodies import Melodies
from studio.training.music.segments import quantiles_of
from studio.training.music.style_judge import Judge, windows
from studio.training.music.tunes import NamedTune

CONFIG = MelodyLstmConfig(("reel", "air"), embedding=8, hidden=12, head=8)


def tune(number: int, style: str, bars: int = 16) -> NamedTune:
    """Reels run in eighths, airs walk in quarters."""
    step = 240 if style == "reel" else 480
    count = bars * 960 // step
    notes = [Note(i * step, step, 60 + (i * i * (number % 5 + 1) + number) % 12) for i in range(count)]
    made = Tune(number, [f"No {number}"], meter=(2, 4), tonic=0, end_ticks=bars * 960)
    made.notes = notes
    chords = tuple(parse_figure("C" if bar % 2 else "G7", bar * 960, 960) for bar in range(bars))
    return NamedTune(made, style, "made up", chords)


TUNES = [tune(number, style) for number in range(8) for style in CONFIG.styles]


@pytest.fixture
def engine() -> MelodyEngine:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        card = Card("tiny", "Tiny", "music.melody_lstm", "", WeightsInfo("a", "b"), styles=CONFIG.styles)
        return MelodyEngine(card, MelodyLstm(CONFIG))


@pytest.fixture(scope="module")
def quantiles() -> Quantiles:
    return quantiles_of(TUNES, style_shares(TUNES, 0.5), 40, seed=1)


def test_rank_correlation() -> None:
    assert spearman([1, 2, 3, 4], [10, 20, 30, 400]) == pytest.approx(1)
    assert spearman([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert spearman([1, 2, 3, 4], [1, 1, 2, 2]) == pytest.approx(0.8944, abs=1e-4)
    assert spearman([1, 2, 3], [5, 5, 5]) == 0


def test_what_lands_in_the_fifth_asked_for() -> None:
    found = figures([0.1, 0.3, 0.5, 1.0], [0.15, 0.5, 0.55, 0.9])
    assert found["share_in_the_fifth_asked_for"] == 0.75
    assert found["mean_distance"] == pytest.approx(0.1)


def test_small_styles_are_drawn_more_often() -> None:
    few = [*TUNES[:1], *(named for named in TUNES if named.style == "air")]
    assert style_shares(few, 1.0) == pytest.approx([1 / 9] * 9)
    assert style_shares(few, 0.0)[0] == pytest.approx(0.5)


def test_a_judge_tells_reels_from_airs() -> None:
    reels, airs = ([w for t in TUNES if t.style == style for w in windows(t)] for style in CONFIG.styles)
    judge = Judge.of(reels[:8], airs[:8])
    assert judge.accuracy(reels[8:], airs[8:]) == 1
    assert judge.accuracy(airs[8:], reels[8:]) == 0


def test_control_is_measured_for_every_attribute(engine: MelodyEngine, quantiles: Quantiles) -> None:
    found = measure_control(engine, quantiles, TUNES, Trial(requests=2))
    assert set(found) == set(ATTRIBUTES)
    assert all(8 <= one["continuations"] <= 16 for one in found.values())  # a note alone measures nothing
    assert summary(found)["least"] == min(one["spearman"] for one in found.values())
    assert measure_control(engine, quantiles, [tune(1, "air", bars=5)], Trial(requests=2)) == {}


def test_blending_is_measured(engine: MelodyEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style_blending, "PAIRS", (((2, 4), "reel", "air"), ((6, 8), "reel", "air")))
    monkeypatch.setattr(style_blending, "WEIGHTS", (0.0, 1.0))
    melodies = Melodies(tuple(TUNES), tuple(TUNES), CONFIG.styles, *([{}] * 3))  # type: ignore[arg-type]
    found = style_blending.measure_blending(engine, melodies, 1.0)
    assert found["pairs_counted"] == 1
    assert found["reel / air in 2/4"]["judge_accuracy"] == 1


def test_chords_are_measured(engine: MelodyEngine, quantiles: Quantiles) -> None:
    collator = Collator(CONFIG.styles, quantiles)
    found = measure_chords(engine, engine._net, collator, TUNES, most=2)
    assert found["melodies"] == 16
    assert 0 < found["chord_tones_on_strong_beats"]["as_printed"] < 1
    bare = [NamedTune(t.tune, t.style, t.collection) for t in TUNES]
    assert measure_chords(engine, engine._net, collator, bare) == {}
