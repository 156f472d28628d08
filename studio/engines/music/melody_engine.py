"""The melody LSTM as an engine: it hears the context, and writes candidates note by note within a plan's masks."""

from __future__ import annotations

import torch

from studio.core.attributes import Quantiles
from studio.core.card import Card, ModelInfo
from studio.core.messages import Candidate, ComposeRequest, NoteScore, ScoreNotesRequest
from studio.engines.base import Show, Step, no_show, no_step
from studio.engines.catalogue import CatalogueEntry
from studio.engines.device import one_thread
from studio.engines.music.answers import Choices
from studio.engines.music.conditions import Told
from studio.engines.music.drawing import Ints
from studio.engines.music.judging import Judging
from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig
from studio.engines.music.melody_stepper import Stepper
from studio.engines.music.region import RegionPlan
from studio.engines.music.wishes import check
from studio.engines.music.writing import Bars, Writing, heard
from studio.engines.weights import described, fill_module, read_weights


class MelodyEngine:
    """A loaded melody LSTM. Lives on the device thread, and always computes on the CPU: one small step after the
    other is faster there than on a GPU."""

    def __init__(self, card: Card, net: MelodyLstm, precision: str = "") -> None:
        self.info = ModelInfo(card)
        self._net = net.eval().requires_grad_(False)
        self._stepper = Stepper(self._net, precision)
        self._quantiles = Quantiles(card.config.get("attributes", {}))

    @property
    def precision(self) -> str:
        """What the products are computed in: "int8" or "fp32"."""
        return self._stepper.lstm.precision

    @torch.inference_mode()
    def compose(
        self, request: ComposeRequest, step: Step = no_step, show: Show = no_show
    ) -> tuple[Candidate, ...]:
        """1 to 8 answers for the region; candidate k is drawn with seed + k, and is the same alone and among others.
        Cancelled comes out of `step`. What streams is told after each bar; of several answers to one candidate only the
        first is shown while it grows."""
        check(request, self.info.card)
        plan = RegionPlan.of(request)
        writer, rows = heard(plan)
        writing = Writing.of(request, plan, writer, self._quantiles)
        with one_thread():  # so small products lose by being shared
            self._hear(rows, writing)
            bars = Bars(plan, show)
            while not writing.lines.done:
                step(writing.lines.progress, plan.end - plan.start)
                self._write_one(writing)
                bars.tell(writing)
        return writing.candidates()

    @torch.inference_mode()
    def score_notes(self, request: ScoreNotesRequest, step: Step = no_step) -> tuple[NoteScore | None, ...]:
        """One score for each note of the top line; None for notes below it. Cancelled comes out of `step`."""
        if not request.notes:
            return ()
        judging = Judging.of(request)
        pitches = [note.pitch for note in judging.line]
        writing = Writing.of_given(judging.asked, judging.plan, pitches)
        with one_thread():
            self._hear(heard(judging.plan)[1], writing)
            while not writing.lines.done:
                step(writing.lines.progress, judging.plan.end - judging.plan.start)
                self._write_one(writing)
        (line,) = writing.candidates()
        scores = dict(zip(judging.judged, line.scores, strict=True))
        return tuple(scores.get(index) for index in range(len(request.notes)))

    def _hear(self, rows: Ints, writing: Writing) -> None:
        told = Told.of(writing.request, writing.plan.mode, self.info.card.styles)
        chords = bool(writing.plan.frame.chords.starts)
        self._stepper.hear(rows, told, writing.lines.count, writing.request.guidance, chords)

    def _write_one(self, writing: Writing) -> None:
        """One step of the network and, for each line that is not done, one note or one fixed note passed."""
        lines, hand, stepper = writing.lines, writing.hand, self._stepper
        opening = stepper.step(lines.rows())
        shift_logits, own_shift = stepper.shift_logits(opening)
        begun = hand.begun(shift_logits)
        if not (lines.all_begun or begun.any()):
            return
        (pitch_logits, own_pitch), carried = stepper.pitch_logits(opening, lines.places())
        pitches = hand.pitches(pitch_logits)
        length_logits, own_length = stepper.duration_logits(carried, pitches)
        ends, starts = hand.ends(length_logits, pitches), lines.start.copy()
        shifts, lengths = lines.take_notes(begun, ends, pitches)
        choices = Choices(shifts, pitches, lengths, own_shift, own_pitch, own_length)
        writing.answers.add(begun, starts, ends, choices)


def open_engine(entry: CatalogueEntry, device: torch.device) -> MelodyEngine:
    """The model of a catalogue entry, ready. Raises StudioError for missing or damaged weights."""
    net = MelodyLstm(config_of(entry.card))
    fill_module(net, read_weights(entry), entry.card.name)
    return MelodyEngine(entry.card, net)


def config_of(card: Card) -> MelodyLstmConfig:
    """The network's sizes from its card; StudioError for a card of another shape."""
    return described(card, MelodyLstmConfig, "melody LSTM", styles=tuple(card.styles))
