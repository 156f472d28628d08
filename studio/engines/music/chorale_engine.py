"""The chorale LSTM as an engine: it harmonises, fills in, and says what it thinks of every note."""

from __future__ import annotations

import numpy as np
import torch

from studio.core.card import Card, ModelInfo
from studio.core.errors import StudioError
from studio.core.messages import NoteScore, ScoreNotesRequest, VoicesCandidate, VoicesRequest
from studio.engines.base import Step, no_step
from studio.engines.catalogue import CatalogueEntry
from studio.engines.device import one_thread
from studio.engines.music import chorale_rows as rows
from studio.engines.music.chorale_lstm import ChoraleLstm, ChoraleLstmConfig
from studio.engines.music.chorale_plan import VoicesPlan
from studio.engines.music.chorale_scores import Floats, note_scores, sound_odds
from studio.engines.music.chorale_stepping import ChoraleStepper
from studio.engines.music.chorale_writing import RULE, Choir
from studio.engines.music.wishes import MAX_CANDIDATES, check_draws
from studio.engines.weights import described, fill_module, read_weights

MAX_SWEEPS = 64


class ChoraleEngine:
    """A loaded chorale LSTM. Lives on the device thread, and always computes on the CPU, on one thread: one small step
    after the other is faster there. One batch size for any number of candidates, so that a seed means the same notes
    alone and among others."""

    def __init__(self, card: Card, net: ChoraleLstm, rule: float = RULE) -> None:
        """rule: nats by which parallel fifths and octaves are made less likely than the network finds them."""
        self.info, self._rule = ModelInfo(card), rule
        self._net = net.eval().requires_grad_(False)
        self._stepper = ChoraleStepper(self._net)

    @torch.inference_mode()
    def compose_voices(self, request: VoicesRequest, step: Step = no_step) -> tuple[VoicesCandidate, ...]:
        """1 to 8 answers for the region; candidate k is drawn with seed + k. Cancelled comes out of `step`.

        A note's score is the model's own, given the other voices, at temperature 1 and before any constraint."""
        _check(request)
        plan = VoicesPlan.of(request)
        with one_thread():
            seeds = [request.seed + k for k in range(MAX_CANDIDATES)]
            choir = Choir(self._stepper, plan, seeds, self._rule)
            choir.sweeps(request.sweeps, request.temperature, request.top_p, step)
            odds = sound_odds(self._net, _frames(plan, choir, request.candidates))
        return tuple(_candidate(plan, choir, k, odds[k]) for k in range(request.candidates))

    def score_notes(self, request: ScoreNotesRequest, step: Step = no_step) -> tuple[NoteScore, ...]:
        """What the model thinks of a melody, over a harmony that it writes under it."""
        if not request.notes:
            return ()
        region = min(n.start_ticks for n in request.notes), max(n.end_ticks for n in request.notes)
        asked = VoicesRequest(
            request.model_id, (request.notes, (), (), ()), (False, True, True, True), *region,
            meter=request.meter, key=request.key,
        )  # fmt: skip
        return self.compose_voices(asked, step)[0].kept_scores[0]


def _frames(plan: VoicesPlan, choir: Choir, count: int) -> rows.Frames:
    sounds, begins = choir.sounds[:count], choir.begins[:count]
    echoes = [rows.echoes_of(sounds[k], begins[k]) for k in range(count)]
    places = np.repeat(plan.places[None], count, 0)
    return rows.Frames(sounds, begins, places, np.stack(echoes), np.full(count, plan.opens))


def _candidate(plan: VoicesPlan, choir: Choir, k: int, odds: Floats) -> VoicesCandidate:
    voices = plan.notes(choir.sounds[k], choir.begins[k])
    return VoicesCandidate(
        voices,
        tuple(note_scores(plan, odds, voice, notes) for voice, notes in enumerate(voices)),
        plan.request.seed + k,
        tuple(note_scores(plan, odds, voice, plan.kept(voice)) for voice in range(len(voices))),
    )


def open_engine(entry: CatalogueEntry, device: torch.device) -> ChoraleEngine:
    """The model of a catalogue entry, ready. Raises StudioError for missing or damaged weights."""
    net = ChoraleLstm(config_of(entry.card))
    fill_module(net, read_weights(entry), entry.card.name)
    return ChoraleEngine(entry.card, net)


def config_of(card: Card) -> ChoraleLstmConfig:
    """The network's sizes from its card; StudioError for a card of another shape."""
    return described(card, ChoraleLstmConfig, "chorale LSTM")


def _check(request: VoicesRequest) -> None:
    check_draws(request)
    if not 0 <= request.sweeps <= MAX_SWEEPS:
        raise StudioError(f"Up to {MAX_SWEEPS} sweeps, please.")
