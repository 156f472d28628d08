"""Phrasing: phrases as places in a latent space, mixed under the hand, and ways from one to another. GUI thread.

Invariant: what is mixed is a suggestion, as ghost notes; the score changes only when it is accepted.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from studio.core.card import Card
from studio.core.latent import slerp
from studio.core.messages import (
    DecodePhrasesRequest,
    EncodePhrasesRequest,
    Failure,
    Loaded,
    LoadRequest,
    PhraseFrame,
    PhrasesDecoded,
    PhrasesEncoded,
    Reply,
    Request,
)
from studio.core.music_messages import Notes
from studio.core.phrase_pad import PhrasePad, PhraseSlot, at_start
from studio.core.session import Session
from studio.ui.music.compose.ask import Ask
from studio.ui.music.cowriter import CoWriter
from studio.ui.music.phrases.phrases_panel import PhrasesPanel
from studio.ui.music.pianoroll.state import RollState
from studio.ui.music.suggestion import Ghost, Part, Suggestion

FAMILY = "music.melody_vae"
VELOCITY = 84


class Phrasing(QObject):
    """Between the phrases panel, the roll, the co-writer's ghosts and the controller."""

    trouble = Signal(object)
    notice = Signal(str)

    def __init__(
        self, session: Session, state: RollState, cowriter: CoWriter, submit: Callable[[Request], int]
    ) -> None:
        super().__init__(state)
        self._session, self._state, self._cowriter, self._submit = session, state, cowriter, submit
        self.panel = PhrasesPanel()
        self.ask: Callable[[], Ask] = Ask
        self.pad = PhrasePad()
        self._model: Card | None = None
        self._loaded = False
        self._encoding: dict[int, tuple[int, Notes]] = {}  # serial -> corner and notes
        self._decoding: dict[int, tuple[int, int]] = {}  # serial -> where its notes go and where they end
        self._seed = 0
        panel = self.panel
        panel.take_requested.connect(self.take)
        panel.clear_requested.connect(self.clear)
        panel.pad.moved.connect(self.move)
        panel.slider_moved.connect(self.suggest)
        panel.way_requested.connect(self.go)
        panel.draw_requested.connect(self.draw)
        panel.bars_chosen.connect(self._forget)
        panel.shown.connect(self.load)

    def use_models(self, cards: list[Card]) -> None:
        self._model = next((card for card in cards if card.family == FAMILY), None)
        self.panel.show_model(self._model)

    def load(self) -> None:
        """Make the model ready when its panel is first looked at."""
        if self._model is not None and not self._loaded:
            self._loaded = True
            self._submit(LoadRequest(self._model.id))

    # --- wishes ------------------------------------------------------------------------------------------

    def take(self, corner: int) -> None:
        """Put the selected notes, or the marked bars, into a corner."""
        start = self._from()
        if start is None or self._model is None:
            self.notice.emit(
                self.tr("Select notes or mark bars: a corner takes the phrase that begins there.")
            )
            return
        score = self._session.score
        bar = score.bar_start(score.bar_of(start))
        meter = replace(score.meter_at(bar), ticks=0)
        key = score.key_at(bar)
        frame = PhraseFrame(0, self.panel.bars, meter, replace(key, ticks=0) if key else None)
        end = bar + self.panel.bars * meter.bar_ticks
        notes = at_start(self._state.track.notes_between(bar, end), bar)
        if not notes:
            self.notice.emit(self.tr("There are no notes in these bars."))
            return
        own = f"phrase-{corner}"  # a channel each: taking the next phrase does not displace this one
        serial = self._submit(EncodePhrasesRequest(self._model.id, ((frame, notes),), own))
        self._encoding[serial] = (corner, notes)

    def _from(self) -> int | None:
        """Where the selection or the marked stretch begins."""
        if self._state.chosen:
            return self._state.chosen[0].start_ticks
        return self._state.region[0] if self._state.region else None

    def clear(self, corner: int) -> None:
        self._put(self.pad.with_slot(corner, None))

    def move(self, x: float, y: float) -> None:
        """The hand moved over the square."""
        self._put(self.pad.moved(x, y))
        self.suggest()

    def suggest(self) -> None:
        """The phrase under the hand, as ghost notes."""
        near = self.pad.nearest
        if near is not None:
            self._decode(near.frame, (self.pad.mixture,))

    def go(self, steps: int) -> None:
        """The way from the first corner that is taken to the second, as so many phrases one after the other."""
        ends = [slot for slot in self.pad.slots if slot is not None][:2]
        if len(ends) < 2:
            self.notice.emit(self.tr("A way needs two phrases: take one into A and one into B."))
            return
        a, b = (np.array(slot.latent) for slot in ends)
        latents = tuple(tuple(float(x) for x in slerp(a, b, i / (steps - 1))) for i in range(steps))
        self._decode(ends[0].frame, latents)

    def draw(self) -> None:
        """A phrase that the model makes up; another one each time."""
        self._seed += 1
        score, (start, _) = self._session.score, self._place(1)
        key, meter = score.key_at(start), replace(score.meter_at(start), ticks=0)
        frame = PhraseFrame(0, self.panel.bars, meter, replace(key, ticks=0) if key else None)
        self._decode(frame, ())

    def _decode(self, frame: PhraseFrame, latents: tuple[tuple[float, ...], ...]) -> None:
        if self._model is None:
            return
        ask, length = self.ask(), frame.bars * frame.meter.bar_ticks
        start, end = self._place(max(1, len(latents)) * length)
        known = [name for name, _ in ask.styles if name in self._model.styles]
        request = DecodePhrasesRequest(
            self._model.id,
            replace(frame, start_ticks=0),
            latents,
            samples=0 if latents else 1,
            styles=tuple((name, weight) for name, weight in ask.styles if name in known),
            offsets=self.panel.offsets(),
            scale=ask.pitches(self._session.score.key_at(start)),
            low=ask.low,
            high=ask.high,
            seed=self._seed,
        )
        self._decoding = {self._submit(request): (start, end)}

    def _place(self, ticks: int) -> tuple[int, int]:
        """Where new phrases go: the marked stretch and no further, else from the bar after the track's last note on."""
        if self._state.region:
            start, end = self._state.region
            return start, min(end, start + ticks)
        score, end = self._session.score, self._state.track.end_ticks
        start = score.bar_start(score.bar_of(end - 1) + 1) if end else 0
        return start, start + ticks

    # --- answers -----------------------------------------------------------------------------------------

    def take_reply(self, reply: Reply) -> None:
        """A reply of the controller; those for others are left alone."""
        match reply:
            case Loaded() if self._model is not None and reply.info.card.id == self._model.id:
                self.panel.show_directions(reply.info.directions)
            case PhrasesEncoded() if reply.serial in self._encoding:
                corner, notes = self._encoding.pop(reply.serial)
                self._put(self.pad.with_slot(corner, PhraseSlot(notes, reply.latents[0], reply.frames[0])))
                if reply.warnings:
                    self.notice.emit(" ".join(reply.warnings))
            case PhrasesDecoded() if reply.serial in self._decoding:
                self._show(reply, self._decoding.pop(reply.serial))
            case Failure() if reply.serial in self._encoding or reply.serial in self._decoding:
                self._encoding.pop(reply.serial, None)
                self._decoding.pop(reply.serial, None)
                self.trouble.emit(reply.error)

    def _show(self, reply: PhrasesDecoded, place: tuple[int, int]) -> None:
        frame, (start, end) = reply.request.frame, place
        length = frame.bars * frame.meter.bar_ticks
        ghosts = tuple(
            Ghost(
                replace(note, start_ticks=note.start_ticks + start + number * length, velocity=VELOCITY), 1.0
            )
            for number, phrase in enumerate(reply.phrases)
            for note in phrase
            if note.start_ticks + start + number * length < end
        )
        if not ghosts:
            self.notice.emit(self.tr("Silence: no note comes of this place."))
            return
        track = self._state.track_index
        marked = self._state.track.notes_between(start, end) if self._state.region else ()
        replaced = frozenset(note.id for note in marked)
        self._cowriter.suggest(Suggestion((Part(track, ghosts, replaced),), reply.request.seed, (start, end)))

    def _put(self, pad: PhrasePad) -> None:
        self.pad = pad
        self.panel.show_pad(pad)

    def _forget(self) -> None:
        """Phrases of another length are places in another space."""
        self._put(PhrasePad(x=self.pad.x, y=self.pad.y))
