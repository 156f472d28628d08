"""JSB Chorales in sixteenths: `python -m studio.training.music.chorale_benchmark --data DIR --out DIR --seeds 1 2 3`.

Nats a voice-token on the splits of Boulanger-Lewandowski 2012 as Jsb16thSeparated.json distributes them: four tokens a
sixteenth, rests among them, holds and repeats not told apart. The figure is an exact left-to-right likelihood: each
token is predicted from all frames before, and from the higher voices of its own frame, by the chain rule; nothing of
the future is told, not even the length. Beside it, and never to be mistaken for it, the pseudo-likelihood: each token
given all the others. Networks learn from the training split alone, and validation chooses the step.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch.nn import functional

from studio.core.errors import StudioError
from studio.core.score import MeterChange
from studio.engines.music import chorale_rows as rows
from studio.engines.music.chorale_lstm import ChoraleLstm, ChoraleLstmConfig
from studio.training.music.chorale import ChoraleTraining, Windows, mean_nats, whole_works
from studio.training.music.chorale_batches import Batch
from studio.training.music.chorales import Chorale
from studio.training.music.loop import Plan, Task, train

FILE = "Jsb16thSeparated.json"
SPLITS = ("train", "valid", "test")
SMOOTHING = 0.05  # of a count
CONFIG = ChoraleLstmConfig(embedding=192, hidden=256, layers=2, ahead=160, head=192, dropout=0.3)
WINDOWS = Windows(frames=128, blind=0.88)


def read_splits(folder: Path) -> dict[str, list[Chorale]]:
    """The three splits; StudioError where the file is not in `folder` or under it."""
    found = sorted(folder.rglob(FILE))
    if not found:
        raise StudioError(f"{FILE} was not found.", str(folder), "Give the folder with the benchmark.")
    content = json.loads(found[0].read_text("utf-8"))
    return {
        split: [_work(f"{split} {i}", frames) for i, frames in enumerate(content[split])] for split in SPLITS
    }


def _work(name: str, frames: list[list[float]]) -> Chorale:
    pitches = np.array(frames)
    sounds = np.where(pitches < 0, rows.REST, pitches - rows.LOWEST).astype(np.int32)
    begins = np.append(np.ones((1, rows.VOICES), bool), sounds[1:] != sounds[:-1], 0) & (sounds != rows.REST)
    places = rows.places_of((MeterChange(0, 4, 4),), 0, len(sounds), rows.UNKNOWN_KEY)
    places[:, 2] = (
        rows.METERS - 1
    )  # the file tells neither metre nor upbeat: places count from its first frame
    return Chorale(name, sounds, begins, places)


def bigram_nats(train_works: list[Chorale], test: list[Chorale]) -> float:
    """The simplest rival: each voice's token from its last one and the place in the beat, smoothed by SMOOTHING."""
    size = rows.PITCHES + 1
    counts = np.full((rows.VOICES, rows.BEAT_PLACES, size + 1, size), SMOOTHING)
    for work in train_works:
        for index in _bigrams(work):
            np.add.at(counts, index, 1)
    odds = np.log(counts / counts.sum(-1, keepdims=True))
    nats = [-odds[index] for work in test for index in _bigrams(work)]
    return float(np.concatenate(nats).mean())


def _bigrams(work: Chorale) -> list[tuple[Any, ...]]:
    last = np.append(np.full((1, rows.VOICES), rows.PITCHES + 1, np.int32), work.sounds[:-1], 0)
    beats = work.places[:, 1]
    return [(voice, beats, last[:, voice], work.sounds[:, voice]) for voice in range(rows.VOICES)]


@torch.no_grad()
def pseudo_nats(net: ChoraleLstm, works: list[Chorale]) -> float:
    """Mean nats of a token given all the others, the same token's neighbours in time among them.

    Of each voice every eighth frame is asked at a time, so that what is asked hardly sees that others are."""
    total, count = 0.0, 0
    for voice in range(rows.VOICES):
        for phase in range(8):
            for batch in _asked(works, voice, phase):
                logits = net(batch.past, batch.own, batch.ahead)
                nats = functional.cross_entropy(
                    logits.flatten(0, 2), batch.targets.flatten(), reduction="none"
                )
                total += float((nats * batch.asked.flatten()).sum())
                count += int(batch.asked.sum())
    return total / count


def _asked(works: list[Chorale], voice: int, phase: int) -> list[Batch]:
    longest = max(len(work.sounds) for work in works)
    known = np.ones((longest, rows.VOICES), bool)
    known[phase::8, voice] = False
    return whole_works(works, known)


def run_seed(data: Path, out: Path, plan: Plan) -> dict[str, Any]:
    """Train one network and measure the best of its steps."""
    splits = read_splits(data)
    training = ChoraleTraining(plan, WINDOWS, CONFIG, splits["train"])
    valid = whole_works(splits["valid"])
    task = Task(
        training.net, training.loss, lambda: {"valid": mean_nats(training.net, valid)}, asdict(CONFIG)
    )
    train(task, plan, out, resume=True)
    net = training.net.eval()
    net.load_state_dict(load_file(out / "best.safetensors"))
    facts = json.loads((out / "best.json").read_text("utf-8"))
    with torch.no_grad():
        test = mean_nats(net, whole_works(splits["test"]))
    return {
        "seed": plan.seed,
        "steps": facts["step"],
        "minutes": round(facts["seconds"] / 60, 1),
        "valid": round(facts["figures"]["valid"], 4),
        "test": round(test, 4),
        "test_pseudo_likelihood": round(pseudo_nats(net, splits["test"]), 4),
    }


def report(data: Path, out: Path, seeds: list[int], steps: int) -> dict[str, Any]:
    """All seeds one after the other; a seed that was cut off goes on. Writes result.json."""
    splits = read_splits(data)
    runs = []
    for seed in seeds:
        often = max(1, min(200, steps // 4))
        plan = Plan(seed, steps, 20, 3e-3, weight_decay=0.05, evaluate_every=often)
        runs.append(run_seed(data, out / f"seed-{seed}", plan))
        print(json.dumps(runs[-1]), flush=True)
    test = [run["test"] for run in runs]
    result = {
        "what": "nats a voice-token, left to right, nothing of the future told",
        "bigram_and_beat": round(bigram_nats(splits["train"], splits["test"]), 4),
        "test_mean": round(float(np.mean(test)), 4),
        "test_spread": round(float(np.max(test) - np.min(test)), 4),
        "runs": runs,
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "result.json").write_text(json.dumps(result, indent=1), "utf-8")
    return result


def main() -> int:
    """Parse the command line, train, and print the figures."""
    parser = argparse.ArgumentParser(
        prog="python -m studio.training.music.chorale_benchmark",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder with the benchmark")
    parser.add_argument("--out", type=Path, required=True, help="where runs and result.json go")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--steps", type=int, default=800)
    options = parser.parse_args()
    try:
        result = report(options.data, options.out, options.seeds, options.steps)
    except StudioError as error:
        print(error.sentence(), error.detail, file=sys.stderr)
        return 1
    print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
