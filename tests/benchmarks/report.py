"""Numbers and how they are printed."""

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One measured figure. `goal` says what must be reached; `baseline` is timed in the same run."""

    what: str
    value: float
    unit: str
    baseline: str = ""
    baseline_value: float | None = None
    goal: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.baseline_value if self.baseline_value else None

    def text(self) -> str:
        beside = ""
        if self.baseline_value is not None:
            beside = f"{self.baseline}: {self.baseline_value:.1f} {self.unit}; ratio {self.ratio:.2f}"
        goal = f"  [goal: {self.goal}]" if self.goal else ""
        return f"  {self.what:<44} {self.value:>9.1f} {self.unit:<8} {beside}{goal}"


@dataclass
class Report:
    """Lines by section, printed as they come."""

    lines: list[Line] = field(default_factory=list)

    def section(self, title: str) -> None:
        print(f"\n{title}", flush=True)

    def add(self, line: Line) -> None:
        self.lines.append(line)
        print(line.text(), flush=True)

    def write(self, path: Path) -> None:
        content = {
            "machine": machine(),
            "lines": [asdict(line) | {"ratio": line.ratio} for line in self.lines],
        }
        path.write_text(json.dumps(content, indent=1))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share (0 to 1) of the values lies."""
    return statistics.quantiles(values, n=1000, method="inclusive")[min(998, round(share * 1000) - 1)]


def machine() -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    name = platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores, load {load}, Python {platform.python_version()}"
