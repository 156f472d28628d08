"""`python -m tests.benchmarks [PART ...] [--json FILE]`: measures speeds on this machine; see PARTS and LONG."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import argparse
import importlib
import tempfile
from pathlib import Path

from tests.benchmarks.report import Report, machine

PARTS = (
    "start", "window", "live", "undo", "music", "ideas", "duet", "chorale", "chords", "mood", "originality", "promises",
    "restyle", "roll", "streaming", "stylegan", "video",
)  # fmt: skip
LONG = ("endurance", "sound")  # only when named


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", help=f"any of {', '.join((*PARTS, *LONG))}; all but {LONG[0]} if none is named"
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    report = Report()
    print(machine())
    for part in options.parts or PARTS:
        with tempfile.TemporaryDirectory() as home:
            os.environ["LATENT_STUDIO_HOME"] = home
            importlib.import_module(f"tests.benchmarks.{part}").measure(report)
    if options.json:
        report.write(options.json)


if __name__ == "__main__":
    main()
