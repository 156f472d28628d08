"""What each request to a music model does on the device thread, once it is its turn."""

from collections.abc import Callable
from time import perf_counter

from studio.core.messages import (
    Candidate,
    ChordsReady,
    ChordsRequest,
    Composed,
    ComposeRequest,
    Composing,
    DecodePhrasesRequest,
    EncodePhrasesRequest,
    NotesScored,
    PhrasesDecoded,
    PhrasesEncoded,
    ScoreNotesRequest,
    VoicesComposed,
    VoicesRequest,
)
from studio.core.music_messages import MusicReply, MusicRequest
from studio.engines.base import ChordsEngine, PhraseEngine, ScoringEngine, Step, VoicesEngine, no_show
from studio.inference.engine_room import EngineRoom
from studio.inference.mooding import played

Deliver = Callable[[Composing], None]


def answer(room: EngineRoom, request: MusicRequest, step: Step, deliver: Deliver) -> MusicReply:
    """The closing reply; what a streaming request has come to is delivered on the way. Device thread only."""
    started = perf_counter()
    match request:
        case ComposeRequest():
            return _compose(room, request, step, deliver)
        case ScoreNotesRequest():
            scorer = room.typed(request.model_id, ScoringEngine, "cannot judge notes")
            return NotesScored(request.serial, request, scorer.score_notes(request, step))
        case VoicesRequest():
            choir = room.typed(request.model_id, VoicesEngine, "cannot write for voices")
            voices = choir.compose_voices(request, step)
            return VoicesComposed(request.serial, request, voices, (perf_counter() - started) * 1000)
        case EncodePhrasesRequest():
            encoded = _phrases(room, request.model_id).encode_phrases(request)
            return PhrasesEncoded(request.serial, request, *encoded)
        case DecodePhrasesRequest():
            phrases, latents = _phrases(room, request.model_id).decode_phrases(request)
            return PhrasesDecoded(request.serial, request, phrases, latents)
        case ChordsRequest():
            harmonist = room.typed(request.model_id, ChordsEngine, "cannot find chords")
            return ChordsReady(request.serial, request, harmonist.find_chords(request))


def _phrases(room: EngineRoom, model_id: str) -> PhraseEngine:
    return room.typed(model_id, PhraseEngine, "has no latent phrases")


def _compose(room: EngineRoom, request: ComposeRequest, step: Step, deliver: Deliver) -> Composed:
    started = perf_counter()

    def show(candidates: tuple[Candidate, ...], until_ticks: int) -> None:
        deliver(Composing(request.serial, request, played(request, candidates), until_ticks))

    engine = room.music(request.model_id)
    candidates = engine.compose(request, step, show if request.streaming else no_show)
    return Composed(request.serial, request, played(request, candidates), (perf_counter() - started) * 1000)
