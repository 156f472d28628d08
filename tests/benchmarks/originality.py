"""Originality: a tune of 32 bars against the bundled index, beside a plain search with bytes.find in the same run."""

from time import perf_counter

import numpy as np

from studio.core.melody import steps_of
from studio.core.originality import judge
from studio.core.score import Note
from studio.core.tune_index import SEED, TuneIndex
from studio.files.locations import models_dir
from studio.files.tune_index_file import FOLDER, read_tune_index
from tests.benchmarks.report import Line, Report, percentile

ROUNDS, NOTES = 30, 256  # of eighths, 8 a bar


def measure(report: Report) -> None:
    report.section("Originality: the index of tunes")
    started = perf_counter()
    index, baseline = read_tune_index(models_dir() / FOLDER)
    index.warm()
    report.add(Line("index read and sorted", (perf_counter() - started) * 1000, "ms"))
    times, plain = list[float](), list[float]()
    for tune in _tunes():
        started = perf_counter()
        judge(tune, index, baseline)
        times.append((perf_counter() - started) * 1000)
        started = perf_counter()
        _plainly(tune[:64], index)
        plain.append((perf_counter() - started) * 1000 * (NOTES / 64))
    beside = "bytes.find (a quarter of it, times four)", percentile(plain, 0.5)
    report.add(Line("a tune of 32 bars, judged", percentile(times, 0.5), "ms", *beside, "<= 50 ms"))
    report.add(Line("  the slowest of them", max(times), "ms"))


def _tunes() -> list[list[Note]]:
    """Walks up and down the scale, as dance tunes go."""
    random = np.random.default_rng(1)
    scale = [12 * octave + step for octave in (5, 6) for step in (0, 2, 4, 5, 7, 9, 11)]
    tunes = []
    for _ in range(ROUNDS):
        places = np.abs(np.cumsum(random.choice((-2, -1, 1, 1, 2, -1), NOTES)) % 26 - 13)
        tunes.append([Note(240 * n, 240, scale[int(place)]) for n, place in enumerate(places)])
    return tunes


def _plainly(tune: list[Note], index: TuneIndex) -> int:
    """The longest match, found by longer and longer pieces."""
    text, phrase = index.symbols.tobytes(), steps_of(tune)
    longest = 0
    for first in range(len(phrase) - SEED + 1):
        length = max(SEED, longest + 1)
        while first + length <= len(phrase) and phrase[first : first + length].tobytes() in text:
            longest, length = length, length + 1
    return longest
