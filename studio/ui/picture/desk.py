"""PictureDesk: joins the session, the controller and the picture panels. GUI thread; holds no pixels but the last."""

import random
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from studio.core.card import Card, ModelInfo
from studio.core.latent import Latent, WCode
from studio.core.layers import needs_live
from studio.core.messages import (
    CANVAS,
    Encoded,
    EncodeRequest,
    Failure,
    FrameReady,
    Loaded,
    LoadRequest,
    Quality,
    RenderRequest,
    Reply,
)
from studio.core.parameter import PSI
from studio.core.picture import Frame, Picture
from studio.core.project import PictureDocument
from studio.core.session import Session
from studio.inference.controller import InferenceController
from studio.ui.picture.blend.blend_panel import BlendPanel
from studio.ui.picture.canvas.canvas import Canvas
from studio.ui.picture.history.history_strip import HistoryStrip
from studio.ui.picture.latent.latent_panel import LatentPanel

Docks = tuple[tuple[str, str, QWidget, Qt.DockWidgetArea], ...]
"""(object name, title, widget, area) of each panel; its properties `share`, `wide` and `tab` say how it stands."""
SLOT_CHANNELS = {"slot-a": "a", "slot-b": "b"}
KNOWN_CODES = 200
DICE_SEEDS = 1_000_000  # few enough digits to write down


class PictureDesk(QObject):
    """Hands go in, frames come out: each change of the document asks for a frame, each frame goes on the canvas."""

    trouble = Signal(object)
    model_state_changed = Signal(str, str, str)
    frame_shown = Signal(object)
    rested = Signal()
    preview_ended = Signal()

    def __init__(self, session: Session, controller: InferenceController, cards: Sequence[Card]) -> None:
        super().__init__()
        self.session = session
        self.controller = controller
        self.cards = {card.id: card for card in cards}
        self.infos: dict[str, ModelInfo] = {}
        self.canvas = Canvas()
        self.latent_panel = LatentPanel()
        self.blend_panel = BlendPanel()
        self.history_strip = HistoryStrip()
        self.last_frame: Frame | None = None
        self._model_id = ""
        self._final: tuple[int, PictureDocument] | None = None
        self._shown: PictureDocument | None = None
        self._previewed: tuple[object, ...] | None = (
            None  # the look of the document while another state is shown
        )
        self._codes: dict[Latent, WCode] = {}  # of the mixes that were shown at rest, the newest last
        self._slots: dict[str, Latent | None] = {"a": None, "b": None}
        self._encoding: dict[int, Picture] = {}
        self._gesture = ""
        self._gestures = 0
        self._connect()

    def _connect(self) -> None:
        self.session.picture_changed.connect(self._show_document)
        latent, blend = self.latent_panel, self.blend_panel
        latent.seed_chosen.connect(self.session.set_seed)
        latent.dice_requested.connect(self.roll_dice)
        blend.keep_requested.connect(self.keep_slot)
        blend.recall_requested.connect(self.recall_slot)
        blend.blend_moved.connect(lambda t: self.session.blend(t, self.gesture("blend")))
        for panel in (latent, blend):
            panel.released.connect(self.let_go)
        self.history_strip.chosen.connect(self._go_back)
        self.canvas.retry_requested.connect(self.render)

    @property
    def is_at_rest(self) -> bool:
        """Whether the canvas shows the whole picture of the document as it is."""
        return not self._gesture and self._shown == self.session.picture

    @property
    def is_held(self) -> bool:
        """Whether a hand is moving something."""
        return bool(self._gesture)

    def settled(self, latent: Latent) -> Latent:
        """The latent as one that can be kept and mixed again: a mix that was shown becomes a point of its own, else
        mixes of mixes would grow without end."""
        code = self._codes.get(latent)
        return (
            latent
            if code is None
            else Latent(latent.seed, noise_seed=latent.noise_seed, w=code, noise=latent.noise)
        )

    # --- wishes -----------------------------------------------------------------------------------------

    def choose_model(self, model_id: str, seed: int | None = None) -> None:
        """Go to a model's own first picture, or lay the opened picture into it, as one undoable step."""
        card = self.cards[model_id]
        source = self.session.picture.source
        if source is not None and seed is None:
            self.take_picture(source, model_id)
            return
        psi = PSI.default if card.is_generator else 1.0
        self.session.use_model(model_id, Latent(seed=card.seed_default if seed is None else seed, psi=psi))

    def roll_dice(self) -> None:
        """Another picture at random; sliders and styles stay."""
        self.session.set_seed(random.randrange(DICE_SEEDS))

    def keep_slot(self, slot: str) -> None:
        """Keep the picture in slot "a" or "b"."""
        self.session.keep_slot(slot, self.settled(self.session.picture.latent))

    def recall_slot(self, slot: str) -> None:
        """Go to the latent kept in slot "a" or "b"; nothing happens while it is empty."""
        picture = self.session.picture
        kept = picture.slot_a if slot == "a" else picture.slot_b
        if kept is not None:
            after = replace(picture, latent=kept, source=None, blend=0.0 if slot == "a" else 1.0)
            self.session.change_picture(after, f"Go to {slot.upper()}")

    def take_picture(self, picture: Picture, model_id: str = "") -> None:
        """An opened picture: find its latent in a model (a VAE unless it is named), then show it; where that is
        not to be had, show it as it is."""
        encoder = model_id or next(
            (card.id for card in self.cards.values() if card.family == "picture.vae"), ""
        )
        if not encoder:
            self.session.open_picture(picture)
            return
        self.canvas.show_busy(self.tr("Opening {}…").format(picture.name))
        serial = self.controller.submit(EncodeRequest(encoder, picture))
        self._encoding[serial] = picture

    def gesture(self, what: str) -> str:
        """The name of the drag that is going on; a new one after each release."""
        if not self._gesture.startswith(what + "#"):
            self._gestures += 1
            self._gesture = f"{what}#{self._gestures}"
        return self._gesture

    def let_go(self) -> None:
        """The hand rests: close the undo step and ask for the whole picture."""
        self._gesture = ""
        self.session.end_gesture()
        self.render()

    def preview(self, document: PictureDocument, quality: Quality) -> int:
        """Show another state on the canvas; the document and its steps stay as they are. It lasts until the document
        looks otherwise or `end_preview` is called. Returns the serial of the frame."""
        self._previewed = self.session.picture.look
        self._final, self._shown = None, None
        return self.controller.submit(render_request(document, quality))

    def end_preview(self) -> None:
        """Back to the picture of the document, where another was shown."""
        if self._previewed is not None:
            self._previewed = None
            self.preview_ended.emit()
            self.render()

    def render(self) -> None:
        """Ask for the picture of the current document, a draft while the hand moves."""
        document = self.session.picture
        nothing = not document.model_id and document.source is None and needs_live(document.layers)
        if self._previewed is not None or nothing:
            return
        quality = Quality.DRAFT if self._gesture else Quality.FINAL
        serial = self.controller.submit(render_request(document, quality))
        if quality is Quality.FINAL:
            self._final = (serial, document)

    # --- what changed -----------------------------------------------------------------------------------

    def _show_document(self, document: PictureDocument) -> None:
        if document.model_id != self._model_id:
            self._enter_model(document.model_id)
        if self._previewed not in (None, document.look):
            self._previewed = None
            self.preview_ended.emit()
        self.render()  # before the panels: the picture is made while they are drawn
        self.latent_panel.show_document(document)
        self.blend_panel.show_document(document)
        self._ask_for_slots(document)

    def _enter_model(self, model_id: str) -> None:
        self._model_id = model_id
        self._codes.clear()  # the same mix is another point in another model's space
        self.controller.discard(CANVAS)
        info = self.infos.get(model_id)
        is_here = model_id in self.cards
        self.session.z_dim = self.cards[model_id].z_dim if is_here else 0
        self.latent_panel.show_model(info)
        if not is_here:
            self.model_state_changed.emit("", "", "")
            return
        if info is None:
            self.model_state_changed.emit(model_id, "loading", "")
            self.controller.submit(LoadRequest(model_id))
        else:
            self.model_state_changed.emit(model_id, "ready", "")

    def _ask_for_slots(self, document: PictureDocument) -> None:
        for channel, slot in SLOT_CHANNELS.items():
            latent = document.slot_a if slot == "a" else document.slot_b
            if latent == self._slots[slot]:
                continue
            self._slots[slot] = latent
            self.blend_panel.show_thumbnail(slot, None)
            if latent is not None:
                self.controller.submit(RenderRequest(document.model_id, latent, channel=channel))

    # --- replies ----------------------------------------------------------------------------------------

    def take_reply(self, reply: Reply) -> None:
        """A reply of the controller; those for the other desk are left alone."""
        match reply:
            case FrameReady():
                self._take_frame(reply)
            case Encoded():
                self._take_encoded(reply)
            case Loaded() if reply.info.card.wing == "picture":
                self._take_model(reply.info)
            case Failure():
                self._take_failure(reply)

    def _take_frame(self, reply: FrameReady) -> None:
        channel = reply.request.channel
        if channel in SLOT_CHANNELS:
            self.blend_panel.show_thumbnail(SLOT_CHANNELS[channel], reply.frame)
            return
        if channel != CANVAS or self.controller.is_stale(reply):
            return
        self.canvas.show_frame(reply.frame, final=reply.request.quality is Quality.FINAL)
        self.frame_shown.emit(reply)
        if reply.code is not None and reply.request.latent is not None:
            self._remember(reply.request.latent, reply.code)
        if self._final is not None and reply.serial == self._final[0]:
            self.last_frame = reply.frame
            self._shown = self._final[1]
            self.history_strip.add(self._final[1], reply.frame)
            self.rested.emit()

    def _remember(self, latent: Latent, code: WCode) -> None:
        self._codes.pop(latent, None)
        self._codes[latent] = code
        if len(self._codes) > KNOWN_CODES:
            del self._codes[next(iter(self._codes))]

    def _take_encoded(self, reply: Encoded) -> None:
        picture = self._encoding.pop(reply.serial, None)
        if picture is None:
            return
        model_id = reply.request.model_id
        document = replace(self.session.picture.at_model(model_id, reply.latent), source=picture)
        self.session.change_picture(document, f"Open {picture.name or 'a picture'}")

    def _take_model(self, info: ModelInfo) -> None:
        self.infos[info.card.id] = info
        self.model_state_changed.emit(info.card.id, "ready", "")
        if info.card.id == self._model_id:
            self.latent_panel.show_model(info)
            self.latent_panel.show_document(self.session.picture)

    def _take_failure(self, failure: Failure) -> None:
        picture = self._encoding.pop(failure.serial, None)
        if picture is not None:
            self.session.open_picture(picture)
            self.trouble.emit(failure.error)
        elif failure.channel == CANVAS:
            self.canvas.show_problem(failure.error)
        elif failure.channel in SLOT_CHANNELS or failure.model_id in self.cards:
            self._report(failure)

    def _report(self, failure: Failure) -> None:
        if failure.model_id in self.cards and failure.model_id not in self.infos:
            self.model_state_changed.emit(failure.model_id, "error", failure.error.title)
        self.trouble.emit(failure.error)

    def _go_back(self, document: PictureDocument) -> None:
        """To how it looked: what was kept since then, on the pad or the timeline, stays."""
        self.session.change_picture(self.session.picture.looking_like(document), "Go back to a picture")

    def docks(self) -> Docks:
        """(object name, title, widget, area) of the panels beside and below the canvas."""
        self.latent_panel.setProperty("share", 400)
        self.latent_panel.setProperty("wide", 300)
        self.blend_panel.setProperty("share", 280)
        self.history_strip.setProperty("share", 76)
        right, bottom = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
        return (
            ("dock-latent", self.tr("Latent"), self.latent_panel, right),
            ("dock-blend", self.tr("Blend"), self.blend_panel, right),
            ("dock-history", self.tr("Recent pictures"), self.history_strip, bottom),
        )


def render_request(document: PictureDocument, quality: Quality) -> RenderRequest:
    """The frame of a document: its opened picture or its latent, restyled where a style mix is active, among its layers
    where there are any."""
    restyle = document.restyle if document.restyle.active else None
    picture = (
        RenderRequest(source=document.source)
        if document.source is not None
        else RenderRequest(document.model_id, document.latent)
    )
    board = document.artboard if document.layers else None
    layers = document.layers if board is not None else ()
    return replace(picture, restyle=restyle, layers=layers, artboard=board, quality=quality)
