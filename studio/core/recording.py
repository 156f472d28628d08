"""A recorded performance: what was seen while sliders moved, and the keyframes that play it again. Single thread.

Invariant: played again, no slider is further than `tolerance` from where the hand had it at a sample.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from studio.core.latent import Latent
from studio.core.timeline import Keyframe, Moment

INTERVAL_S = 0.05  # at most 20 samples a second
TOLERANCE = 0.05  # in a slider's own units: less than a hundredth of the way that most of them have
Numbers = dict[Hashable, float]


@dataclass(frozen=True, slots=True)
class Sample:
    time_s: float
    moment: Moment


@dataclass
class Recorder:
    """Takes what is seen as it changes. A time is in seconds since the recording began."""

    interval_s: float = INTERVAL_S
    _samples: list[Sample] = field(default_factory=list)

    def add(self, time_s: float, moment: Moment) -> None:
        """Note a state. Within one interval the newest counts; after a rest, the old state is noted once more just
        before, so that the rest is played as a rest."""
        samples = self._samples
        if samples and moment == samples[-1].moment:
            return
        if len(samples) > 1 and time_s // self.interval_s == samples[-1].time_s // self.interval_s:
            samples[-1] = Sample(time_s, moment)
            return
        if samples and time_s - samples[-1].time_s > 2 * self.interval_s:
            samples.append(Sample(time_s - self.interval_s, samples[-1].moment))
        samples.append(Sample(time_s, moment))

    def end(self, time_s: float) -> tuple[Sample, ...]:
        """All samples, the last state held until now; () where nothing moved."""
        samples = self._samples
        if len(samples) < 2:
            return ()
        last = samples[-1]
        return (*samples, Sample(time_s, last.moment)) if time_s > last.time_s else tuple(samples)


def simplified(samples: Sequence[Sample], tolerance: float = TOLERANCE) -> tuple[Keyframe, ...]:
    """The fewest keyframes, joined by straight lines in time, that keep all numbers within the tolerance at every
    sample: Ramer (1972), Douglas and Peucker (1973), with the distance taken at the same time. Where something changed
    that is no number (a seed, a mixed layer), the old state is held until then."""
    keys: list[Keyframe] = []
    for run in _runs(samples):
        kept = _kept(
            [_numbers(sample.moment) for sample in run], [sample.time_s for sample in run], tolerance
        )
        keys += [_keyframe(run[i]) for i in kept]
        keys[-1] = replace(keys[-1], easing="hold")
    if keys:
        keys[-1] = replace(keys[-1], easing="linear")
    return tuple(keys)


def _keyframe(sample: Sample) -> Keyframe:
    moment = sample.moment
    return Keyframe(sample.time_s, moment.latent, moment.restyle, moment.opacities, "linear")


def _runs(samples: Sequence[Sample]) -> Iterable[list[Sample]]:
    """Stretches in which only numbers changed."""
    run: list[Sample] = []
    for sample in samples:
        if run and _frame(sample.moment) != _frame(run[-1].moment):
            yield run
            run = []
        run.append(sample)
    if run:
        yield run


def _kept(numbers: list[Numbers], times: list[float], tolerance: float) -> list[int]:
    """The indices of the samples that are needed, the first and the last among them."""
    names = list({name: None for one in numbers for name in one})
    rows = np.array([[one.get(name, 0.0) for name in names] for one in numbers]).reshape(len(times), -1)
    clock = np.asarray(times)
    kept, open_spans = {0, len(times) - 1}, [(0, len(times) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        worst = _worst(rows, clock, first, last, tolerance)
        if worst is not None:
            kept.add(worst)
            open_spans += [(first, worst), (worst, last)]
    return sorted(kept)


def _worst(
    rows: NDArray[np.float64], clock: NDArray[np.float64], first: int, last: int, tolerance: float
) -> int | None:
    """The sample between two others that the straight line misses most, where it misses one at all."""
    if last - first < 2 or not rows.shape[1]:
        return None
    share = (clock[first + 1 : last] - clock[first]) / (clock[last] - clock[first])  # (n,)
    line = rows[first] + share[:, None] * (rows[last] - rows[first])  # (n, numbers)
    misses = np.abs(rows[first + 1 : last] - line).max(axis=1)
    worst = int(misses.argmax())
    return first + 1 + worst if misses[worst] > tolerance else None


def _numbers(moment: Moment) -> Numbers:
    """All that moves evenly, by name."""
    latent, restyle = moment.latent, moment.restyle
    named: Numbers = {("offset", name): amount for name, amount in latent.offsets}
    named |= {("style", name): weight for name, weight in latent.styles}
    named |= {("blend", part.latent): part.weight for part in latent.blend}
    named |= {("point", i): x for i, x in enumerate(latent.point or ())}
    named |= {("restyle", replace(part, weight=1.0)): part.weight for part in restyle.parts}
    named |= {("restyle slider", i): x for i, x in enumerate(restyle.offsets)}
    named |= {("opacity", layer): opacity for layer, opacity in moment.opacities}
    return named | {"psi": latent.psi, "noise": latent.noise, "strength": restyle.strength}


def _frame(moment: Moment) -> tuple[Hashable, ...]:
    """All that changes at once."""
    latent, restyle = moment.latent, moment.restyle
    rest: Latent = replace(
        latent,
        offsets=(),
        styles=(),
        blend=(),
        psi=1.0,
        noise=1.0,
        point=None if latent.point is None else (),
    )
    parts = frozenset(replace(part, weight=1.0) for part in restyle.parts)
    return rest, bool(latent.blend), parts, restyle.keep_colour, restyle.size, restyle.mask, restyle.active
