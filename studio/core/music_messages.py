"""The requests to music models and their replies: as core.messages, which hands them on. Invariant: frozen.

All times are ticks, 480 a quarter note. Candidate k of a request is drawn with seed + k: the same notes alone and
among others.
"""

from dataclasses import dataclass, field

from studio.core.chords import Chord
from studio.core.mood import Mood
from studio.core.parameter import GUIDANCE, TEMPERATURE, TOP_P
from studio.core.score import KeySignature, MeterChange, Note

SUGGESTIONS = "suggestions"
ALTERNATIVES = 5
NEAREST_OF = 8  # so many answers are worth drawing where attributes are asked for
CHORDS_TEMPERATURE, CHORDS_BEST_OF = 0.8, 8

Notes = tuple[Note, ...]
Styles = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class NoteScore:
    """What a model thinks of one note: its probability at temperature 1 before any constraint, its pitch's rank
    (1 is the likeliest), the entropy in nats of the pitch choice, and up to five (pitch, probability), best first."""

    probability: float
    rank: int
    entropy: float
    alternatives: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ComposeRequest:
    """Notes from a music model for the ticks [region_start, region_end).

    prompt: what stands before and around (never changed); locked: notes inside the region that stay, and
    that the answer flows around; scale: allowed pitch classes or None; low..high: allowed pitches;
    candidates: how many answers (1 to 8), made in one batch. attributes: (name, 0 to 1), see core.attributes;
    guidance: how strongly they and the styles are followed, 1 is as trained; chords: what the melody lies over;
    rhythm: (start, duration) of every note to be written, empty is free; must_start, must_end: pitch classes of the
    first and last new note, empty is free (with nothing behind the region, must_end also says that the piece ends);
    polyphony: how many notes may sound at once, 0 is the model's own; best_of: so many answers are drawn for each
    candidate, and the likeliest is kept; streaming: tell what there is after each bar; mood: how the answers are played
    (what it asks of the model stands in the other wishes)."""

    model_id: str
    prompt: Notes
    region_start: int
    region_end: int
    locked: Notes = ()
    candidates: int = 1
    temperature: float = TEMPERATURE.default
    top_p: float = TOP_P.default
    seed: int = 0
    styles: Styles = ()
    meter: MeterChange = MeterChange(0, 4, 4)
    key: KeySignature | None = None
    scale: frozenset[int] | None = None
    low: int = 0
    high: int = 127
    attributes: tuple[tuple[str, float], ...] = ()
    guidance: float = GUIDANCE.default
    chords: tuple[Chord, ...] = ()
    rhythm: tuple[tuple[int, int], ...] = ()
    must_start: frozenset[int] = frozenset()
    must_end: frozenset[int] = frozenset()
    polyphony: int = 0
    best_of: int = 1
    streaming: bool = False
    mood: Mood | None = None
    channel: str = SUGGESTIONS
    serial: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer: its notes (ids are -1 until accepted), each note's probability and score, and its seed."""

    notes: Notes
    probabilities: tuple[float, ...]
    seed: int
    scores: tuple[NoteScore, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreNotesRequest:
    """What a model thinks of notes that are there already.

    prompt: what stands before and around them, heard and not judged; region_start: where the notes were asked to begin,
    None for where the prompt ends; the rest says, as in a ComposeRequest, what the model is told."""

    model_id: str
    notes: Notes
    styles: Styles = ()
    meter: MeterChange = MeterChange(0, 4, 4)
    key: KeySignature | None = None
    prompt: Notes = ()
    region_start: int | None = None
    attributes: tuple[tuple[str, float], ...] = ()
    chords: tuple[Chord, ...] = ()
    channel: str = "scores"
    serial: int = 0


@dataclass(frozen=True, slots=True)
class VoicesRequest:
    """Parts for several voices at once, from the highest down, in the ticks [region_start, region_end).

    voices: the notes that stand in each; written: which of them the model writes inside the region (the others stay as
    they are); locked: notes of written voices inside the region that stay; ranges: lowest and highest pitch a voice."""

    model_id: str
    voices: tuple[Notes, ...]
    written: tuple[bool, ...]
    region_start: int
    region_end: int
    locked: tuple[Notes, ...] = ()
    ranges: tuple[tuple[int, int], ...] = ()
    scale: frozenset[int] | None = None
    chords: tuple[Chord, ...] = ()
    meter: MeterChange = MeterChange(0, 4, 4)
    key: KeySignature | None = None
    candidates: int = 1
    temperature: float = TEMPERATURE.default
    top_p: float = TOP_P.default
    seed: int = 0
    sweeps: int = 0  # how often the voices are thought over once they are written
    channel: str = "voices"
    serial: int = 0


@dataclass(frozen=True, slots=True)
class VoicesCandidate:
    """New notes of each voice inside the region, locked ones not among them, with their scores; kept_scores: of the
    notes that stood there and stay, in order of time, now that the others are written."""

    voices: tuple[Notes, ...]
    scores: tuple[tuple[NoteScore, ...], ...]
    seed: int
    kept_scores: tuple[tuple[NoteScore, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class PhraseFrame:
    """Where a phrase lies: `bars` bars from `start_ticks` on, in a metre and a key. octave: that of the tonic from
    which pitches count, as in MIDI (5 is C4); None: for encoding the one nearest to the notes, else 5."""

    start_ticks: int
    bars: int
    meter: MeterChange = MeterChange(0, 4, 4)
    key: KeySignature | None = None
    octave: int | None = None


@dataclass(frozen=True, slots=True)
class EncodePhrasesRequest:
    """The latents of phrases: the notes that sound in each frame. Without a key, it is guessed from all the notes."""

    model_id: str
    phrases: tuple[tuple[PhraseFrame, Notes], ...]
    channel: str = "phrases"
    serial: int = 0


@dataclass(frozen=True, slots=True)
class DecodePhrasesRequest:
    """Phrases from latents (empty: drawn from the prior, `samples` of them), all within one frame and the same masks.

    temperature 0 takes the likeliest notes. offsets: (a direction of the model's, standard deviations) moves every
    latent first; attributes: (name, 0 to 1), see core.attributes, are then aimed at. seed: sample k comes from
    seed + k; phrases of given latents are all drawn with the same random numbers, so that neighbours stay alike."""

    model_id: str
    frame: PhraseFrame
    latents: tuple[tuple[float, ...], ...] = ()
    samples: int = 0
    styles: Styles = ()
    offsets: tuple[tuple[str, float], ...] = ()
    attributes: tuple[tuple[str, float], ...] = ()
    scale: frozenset[int] | None = None
    low: int = 0
    high: int = 127
    temperature: float = 0.0
    seed: int = 0
    channel: str = "phrases"
    serial: int = 0


@dataclass(frozen=True, slots=True)
class ChordsRequest:
    """Chords under a melody in the ticks [region_start, region_end).

    melody: the whole of it, also outside the region; fixed: chords that stay, outside the region too; a_bar: how often
    the harmony may change in a bar; meters: all changes of the piece where there is more than one metre, else empty;
    key: None where the model is to find it; best_of: so many answers (1 to 8) are drawn for each candidate, and the one
    is kept that agrees most with the others; scale: the pitch classes that new chords may have, or None."""

    model_id: str
    melody: Notes
    region_start: int
    region_end: int
    fixed: tuple[Chord, ...] = ()
    a_bar: int = 1
    meter: MeterChange = MeterChange(0, 4, 4)
    key: KeySignature | None = None
    candidates: int = 1
    temperature: float = CHORDS_TEMPERATURE
    top_p: float = TOP_P.default
    seed: int = 0
    meters: tuple[MeterChange, ...] = ()
    best_of: int = CHORDS_BEST_OF
    scale: frozenset[int] | None = None
    channel: str = "chords"
    serial: int = 0


@dataclass(frozen=True, slots=True)
class ChordsCandidate:
    """One answer, fixed chords among them. probabilities: of each chord where it begins, as the model itself saw it
    before any constraint, 1 for a fixed one; alternatives: up to five chords for each place with theirs, best first;
    key: the one in which the melody was heard."""

    chords: tuple[Chord, ...]
    probabilities: tuple[float, ...]
    seed: int
    alternatives: tuple[tuple[tuple[Chord, float], ...], ...] = ()
    key: KeySignature | None = None


MusicRequest = (
    ComposeRequest
    | ScoreNotesRequest
    | VoicesRequest
    | EncodePhrasesRequest
    | DecodePhrasesRequest
    | ChordsRequest
)


@dataclass(frozen=True, slots=True)
class Composed:
    serial: int
    request: ComposeRequest
    candidates: tuple[Candidate, ...]
    compose_ms: float


@dataclass(frozen=True, slots=True)
class Composing:
    """What a streaming request has come to so far: all that lies before `until_ticks` is final, unless the best of
    several answers is asked for. Then it is the first of them, until the best is known."""

    serial: int
    request: ComposeRequest
    candidates: tuple[Candidate, ...]
    until_ticks: int


@dataclass(frozen=True, slots=True)
class NotesScored:
    """One score for each note of the request; None for those that a model of one voice does not judge, because another
    sounds above them."""

    serial: int
    request: ScoreNotesRequest
    scores: tuple[NoteScore | None, ...]


@dataclass(frozen=True, slots=True)
class VoicesComposed:
    serial: int
    request: VoicesRequest
    candidates: tuple[VoicesCandidate, ...]
    compose_ms: float


@dataclass(frozen=True, slots=True)
class PhrasesEncoded:
    """One latent for each phrase, in standard deviations, and its frame with key and octave filled in, as decoding
    wants it; warnings say what the grid or the single voice could not keep."""

    serial: int
    request: EncodePhrasesRequest
    latents: tuple[tuple[float, ...], ...]
    frames: tuple[PhraseFrame, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhrasesDecoded:
    """One phrase for each latent; `latents` are those that they came from, drawn and moved."""

    serial: int
    request: DecodePhrasesRequest
    phrases: tuple[Notes, ...]
    latents: tuple[tuple[float, ...], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class ChordsReady:
    serial: int
    request: ChordsRequest
    candidates: tuple[ChordsCandidate, ...]


MusicReply = Composed | NotesScored | VoicesComposed | PhrasesEncoded | PhrasesDecoded | ChordsReady
