"""Ask: how the person wants the model to write, as one value, and the names of scales for people."""

from dataclasses import dataclass

from studio.core.latent import Seed
from studio.core.mood import Mood
from studio.core.parameter import TEMPERATURE, TOP_P
from studio.core.score import KeySignature
from studio.core.theory import Key, scale_pitches

FREE, FOLLOW = "free", "follow"
CHOICES = (
    "major",
    "minor",
    "harmonic minor",
    "dorian",
    "mixolydian",
    "lydian",
    "phrygian",
    "major pentatonic",
    "minor pentatonic",
    "blues",
    "whole tone",
)
MAX_BARS = 16
MAX_IDEAS = 8
MINOR_LIKE = frozenset(
    ("minor", "harmonic minor", "melodic minor", "dorian", "phrygian", "minor pentatonic", "blues")
)


@dataclass(frozen=True, slots=True)
class Ask:
    """`scale` is FREE, FOLLOW (stay in the key of the piece) or one of CHOICES on `tonic` (0 = C); keep_notes,
    keep_rhythm: of the bars that are varied; takes_line: whether the model can be asked for attributes."""

    bars: int = 4
    temperature: float = TEMPERATURE.default
    top_p: float = TOP_P.default
    seed: Seed = 0
    styles: tuple[tuple[str, float], ...] = ()
    scale: str = FREE
    tonic: int = 0
    low: int = 55
    high: int = 88
    ideas: int = 4
    attributes: tuple[tuple[str, float], ...] = ()
    keep_rhythm: bool = False
    keep_notes: bool = False
    mood: Mood | None = None
    takes_line: bool = False

    def pitches(self, key: KeySignature | None) -> frozenset[int] | None:
        """The allowed pitch classes, None for all; `key` is that of the piece, where it has one."""
        if self.scale == FOLLOW and key is not None:
            return scale_pitches(key.tonic, "minor" if key.minor else "major")
        return None if self.scale in (FREE, FOLLOW) else scale_pitches(self.tonic, self.scale)

    def key(self, key: KeySignature | None) -> KeySignature | None:
        """The key to write in: the chosen one, else that of the piece."""
        if self.scale in (FREE, FOLLOW):
            return key
        return Key(self.tonic, "minor" if self.scale in MINOR_LIKE else "major").signature
