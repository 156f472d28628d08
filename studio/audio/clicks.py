"""The metronome's sounds: a click, and the bar that is counted in. Pure."""

from __future__ import annotations

from studio.core.performance import TRIED_DRUM, NoteEvent
from studio.core.score import Score

CLICK_SECONDS = 0.05
STRONG_CLICK, CLICK = (76, 110), (77, 80)  # high and low wood block: pitch, velocity


def click(strong: bool) -> tuple[tuple[float, NoteEvent], ...]:
    """A click's on and off, with how many seconds after the beat they come."""
    pitch, velocity = STRONG_CLICK if strong else CLICK
    return (
        (0.0, NoteEvent(0, True, TRIED_DRUM, pitch, velocity)),
        (CLICK_SECONDS, NoteEvent(0, False, TRIED_DRUM, pitch, 0)),
    )


def count_in(score: Score, ticks: int) -> tuple[list[tuple[float, bool]], float]:
    """The beats of a bar in the metre and tempo that hold at `ticks`: (seconds from its start, whether strong), and the
    bar's seconds."""
    first = score.bar_start(score.bar_of(ticks))
    meter, begun = score.meter_at(first), score.seconds_at(first)
    starts = (score.seconds_at(first + beat * meter.beat_ticks) - begun for beat in range(meter.numerator))
    beats = [(start, beat == 0) for beat, start in enumerate(starts)]
    return beats, score.seconds_at(first + meter.bar_ticks) - begun
