"""What a composer does to the tempo, metre and key maps: put, move, draw and take away changes.

Pure functions of Scores; each returns a new Score. What holds from tick 0 on can be changed, but neither moved nor
taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from studio.core.score import KeySignature, MeterChange, Score, TempoChange

SLOWEST_BPM, FASTEST_BPM = 20.0, 400.0


def usual_bpm(bpm: float) -> float:
    """A tempo within what is offered to the hand, in tenths."""
    return round(min(max(bpm, SLOWEST_BPM), FASTEST_BPM), 1)


# --- tempo ---------------------------------------------------------------------------------------------------


def tempo_put(score: Score, ticks: int, bpm: float) -> Score:
    """A point of the tempo's course, in the place of any that stood there."""
    return score.with_tempo(usual_bpm(bpm), max(0, ticks))


def tempo_moved(score: Score, point: TempoChange, ticks: int, bpm: float) -> Score:
    """A point elsewhere and at another tempo; the first one stays where it is. A point that is met gives way."""
    if point.ticks == 0:
        return tempo_put(score, 0, bpm)
    return tempo_put(tempo_removed(score, point.ticks), max(1, ticks), bpm)


def tempo_removed(score: Score, ticks: int) -> Score:
    """The tempo before holds on."""
    return replace(score, tempos=tuple(one for one in score.tempos if one.ticks != ticks or ticks == 0))


def tempo_drawn(score: Score, start: tuple[int, float], end: tuple[int, float]) -> Score:
    """A line from one (tick, bpm) to another as a step on each beat; after it the tempo is what it was there before.

    A line that goes back in time is the same as one that comes from there."""
    (first, slow), (last, fast) = sorted((start, end))
    if first == last:
        return tempo_put(score, first, end[1])
    before, after = score.tempo_at(max(0, first - 1)), score.tempo_at(last)
    places = [first, *(ticks for ticks, _, _ in score.beats(first + 1, last))]
    line = [usual_bpm(slow + (fast - slow) * (ticks - first) / (last - first)) for ticks in places]
    points = [TempoChange(ticks, bpm) for ticks, bpm in zip(places, line, strict=True)]
    steps = _changes_only([*points, TempoChange(last, after.bpm)], before.bpm if first else None)
    kept = (one for one in score.tempos if one.ticks < first or one.ticks > last)
    return replace(score, tempos=(*kept, *steps))


def tempo_glided(score: Score, start_ticks: int, end_ticks: int, bpm: float) -> Score:
    """From the tempo that holds at `start_ticks` step by step to `bpm`, which holds from `end_ticks` on."""
    now = score.tempo_at(start_ticks).bpm
    drawn = tempo_drawn(score, (start_ticks, now), (end_ticks, bpm)) if end_ticks > start_ticks else score
    return tempo_put(drawn, end_ticks, bpm)


def tempos_erased(score: Score, start_ticks: int, end_ticks: int) -> Score:
    """No changes of tempo within [start, end]; the tempo before holds on."""
    kept = (one for one in score.tempos if one.ticks == 0 or not start_ticks <= one.ticks <= end_ticks)
    return replace(score, tempos=tuple(kept))


def _changes_only(points: Sequence[TempoChange], before_bpm: float | None) -> list[TempoChange]:
    kept: list[TempoChange] = []
    for point in points:
        if point.bpm != before_bpm:
            kept.append(point)
        before_bpm = point.bpm
    return kept


# --- metre and key -------------------------------------------------------------------------------------------


def meter_put(score: Score, ticks: int, numerator: int, denominator: int) -> Score:
    """Another metre from the beginning of the bar that holds `ticks`."""
    return score.with_meter(numerator, denominator, bar_at(score, ticks))


def key_put(score: Score, ticks: int, fifths: int, minor: bool) -> Score:
    """Another key from the beginning of the bar that holds `ticks`."""
    return score.with_key(fifths, minor, bar_at(score, ticks))


def meter_removed(score: Score, ticks: int) -> Score:
    """The metre before holds on."""
    return replace(score, meters=tuple(one for one in score.meters if one.ticks != ticks or ticks == 0))


def key_removed(score: Score, ticks: int) -> Score:
    """The key before holds on; before the first one no key is written."""
    return replace(score, keys=tuple(one for one in score.keys if one.ticks != ticks))


def bar_at(score: Score, ticks: int) -> int:
    """The tick on which the bar begins that holds `ticks`."""
    return score.bar_start(score.bar_of(max(0, ticks)))


def changes_in_bar(
    score: Score, ticks: int
) -> tuple[TempoChange | None, MeterChange | None, KeySignature | None]:
    """The last tempo, the metre and the key that are written in the bar that holds `ticks`."""
    start, end = bar_at(score, ticks), score.bar_start(score.bar_of(max(0, ticks)) + 1)
    tempo = next((one for one in reversed(score.tempos) if start <= one.ticks < end), None)
    meter = next((one for one in score.meters if start <= one.ticks < end), None)
    key = next((one for one in reversed(score.keys) if start <= one.ticks < end), None)
    return tempo, meter, key
