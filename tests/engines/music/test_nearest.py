"""Of several answers the one is kept that comes nearest to the attributes asked for."""

import dataclasses

import torch

from studio.core.attributes import Quantiles, Window
from studio.core.card import Card, WeightsInfo
from studio.core.messages import ComposeRequest
from studio.core.score import Note
from studio.engines.music.melody_engine import MelodyEngine
from studio.engines.music.melody_lstm import MelodyLstm
from studio.engines.music.region import RegionPlan
from tests.tiny_models import MELODY

PROMPT = tuple(Note(i * 240, 240, pitch) for i, pitch in enumerate((62, 66, 69, 74, 73, 69, 66, 64)))
REQUEST = ComposeRequest("tiny", PROMPT, 1920, 5760, attributes=(("leaps", 0.05),), candidates=4, seed=3)
QUANTILES = Quantiles.of((2, {"leaps": i / 10}) for i in range(121))
INFO = WeightsInfo("a", "b")


def test_the_nearest_of_several_is_kept() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        config = {"attributes": QUANTILES.tables}
        card = Card("tiny", "", "music.melody_lstm", "", INFO, config=config, styles=MELODY.styles)
        engine = MelodyEngine(card, MelodyLstm(MELODY))
    window = Window(1920, 5760, REQUEST.meter, RegionPlan.of(REQUEST).frame.base_pitch)

    def apart(best_of: int) -> float:
        found = engine.compose(dataclasses.replace(REQUEST, best_of=best_of))
        return sum(QUANTILES.distance(dict(REQUEST.attributes), one.notes, window) for one in found)

    assert apart(12) < apart(1)
