"""Parameter: one truth about a number that sliders, the command line and model cards share."""

from dataclasses import dataclass

from studio.core.errors import StudioError


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named number in low..high. `label` is for people, `hint` says what it does in an artist's words.

    group: which sliders it stands with (`attribute`, `pca` ...); "" is a list without headings.
    """

    name: str
    label: str
    low: float
    high: float
    default: float
    unit: str = ""
    hint: str = ""
    decimals: int = 2
    group: str = ""

    def clamp(self, value: float) -> float:
        return min(max(value, self.low), self.high)

    def check(self, value: float) -> float:
        """The value itself; raises StudioError outside low..high."""
        if not self.low <= value <= self.high:
            raise StudioError(
                f"{self.label} must lie between {self.low:g} and {self.high:g}, not {value:g}.",
                hint="Choose a value in that range.",
            )
        return value

    def text(self, value: float) -> str:
        return f"{value:.{self.decimals}f}{self.unit}"


PSI = Parameter("psi", "Truncation ψ", 0.0, 1.5, 0.7, hint="Low: safe and typical. High: daring and varied.")
NOISE = Parameter(
    "noise",
    "Noise strength",
    0.0,
    2.0,
    1.0,
    hint="The fine random texture. 0: smooth; 1: as the model learned it.",
)
TEMPERATURE = Parameter(
    "temperature", "Temperature", 0.1, 2.0, 1.0, hint="Low: the most likely notes. High: surprises."
)
TOP_P = Parameter("top_p", "Top-p", 0.05, 1.0, 0.95, hint="Leaves out the least likely choices.")
GUIDANCE = Parameter(
    "guidance",
    "Guidance",
    0.0,
    20.0,
    4.0,
    hint="How strongly styles and attributes are followed. 1: as the model learned them.",
)
