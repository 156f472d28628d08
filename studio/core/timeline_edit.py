"""Changes of a timeline, each a pure function from one Timeline to the next."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from studio.core.timeline import MAX_SECONDS, Easing, Keyframe, Moment, Timeline, Way

SAME_S = 1e-6  # keyframes nearer than that stand at the same time


def index_at(timeline: Timeline, time_s: float) -> int | None:
    """The keyframe at a time, if there is one."""
    near = (i for i, key in enumerate(timeline.keyframes) if abs(key.time_s - time_s) <= SAME_S)
    return next(near, None)


def neighbour_s(timeline: Timeline, time_s: float, step: int) -> float | None:
    """The time of the next keyframe (step 1) or the one before (step -1); None at the end."""
    times = [key.time_s for key in timeline.keyframes]
    beyond = [t for t in times if (t - time_s) * step > SAME_S]
    return (min if step > 0 else max)(beyond, default=None)


def kept_at(timeline: Timeline, time_s: float, moment: Moment) -> Timeline:
    """With a keyframe at that time; one that stands there already takes the state and keeps its easing."""
    found = index_at(timeline, time_s)
    if found is not None:
        return with_moment(timeline, found, moment)
    easing: Easing = "linear" if timeline.way == "spline" else "in-out"
    key = Keyframe(_valid(time_s), moment.latent, moment.restyle, moment.opacities, easing)
    return _with_keys(timeline, (*timeline.keyframes, key))


def next_free_s(timeline: Timeline, time_s: float) -> float:
    """Where a keyframe that is kept at a time goes: there, or a step later where the last one stands there."""
    on_last = bool(timeline.keyframes) and abs(timeline.last_s - time_s) <= SAME_S
    return _valid(time_s + timeline.usual_gap_s) if on_last else time_s


def with_moment(timeline: Timeline, index: int, moment: Moment) -> Timeline:
    """Keyframe `index` takes another state."""
    return _with_key(timeline, index, timeline.keyframes[index].with_moment(moment))


def with_easing(timeline: Timeline, index: int, easing: Easing) -> Timeline:
    """How keyframe `index` goes over into the next."""
    return _with_key(timeline, index, replace(timeline.keyframes[index], easing=easing))


def with_way(timeline: Timeline, way: Way) -> Timeline:
    """Another way through the space. A spline is there to flow: where every keyframe had the usual easing, which
    stands still at each of them, they go evenly now."""
    keys = timeline.keyframes
    if way == "spline" and all(key.easing == "in-out" for key in keys):
        keys = tuple(replace(key, easing="linear") for key in keys)
    return replace(timeline, way=way, keyframes=keys)


def with_loop(timeline: Timeline, closed: bool) -> Timeline:
    """Closed: back to the first keyframe, in as much time as it takes elsewhere. Open: it ends with the last one."""
    if closed == timeline.closed:
        return timeline
    length_s = timeline.last_s + timeline.usual_gap_s if closed else timeline.last_s
    return replace(timeline, closed=closed, length_s=_valid(length_s))


def with_length(timeline: Timeline, length_s: float) -> Timeline:
    """As long as that, but never shorter than its keyframes need."""
    wanted = replace(timeline, length_s=_valid(length_s))
    return replace(wanted, length_s=wanted.duration_s)


def moved(timeline: Timeline, index: int, time_s: float) -> Timeline:
    """Keyframe `index` at another time; one that stood there already gives way."""
    key = replace(timeline.keyframes[index], time_s=_valid(time_s))
    others = [one for i, one in enumerate(timeline.keyframes) if i != index]
    others = [one for one in others if abs(one.time_s - key.time_s) > SAME_S]
    return _with_keys(timeline, (*others, key))


def without(timeline: Timeline, index: int) -> Timeline:
    return _with_keys(timeline, _left(timeline.keyframes, index))


def duplicated(timeline: Timeline, index: int, time_s: float) -> Timeline:
    """The same state once more at another time."""
    key = timeline.keyframes[index]
    copied = kept_at(timeline, time_s, key.moment)
    found = index_at(copied, time_s)
    return with_easing(copied, found, key.easing) if found is not None else copied


def reversed_in_time(timeline: Timeline) -> Timeline:
    """The way back: what began slowly ends slowly."""
    keys = timeline.keyframes
    turned: dict[Easing, Easing] = {"in": "out", "out": "in"}
    if not keys:
        return timeline
    end = timeline.duration_s
    easings = [keys[i - 1].easing for i in range(len(keys))]  # a segment's easing goes to its other end
    times = [(end - key.time_s) % end if timeline.closed and end else end - key.time_s for key in keys]
    backward = (
        replace(key, time_s=time_s, easing=turned.get(easing, easing))
        for key, time_s, easing in zip(keys, times, easings, strict=True)
    )
    return _with_keys(timeline, backward)


def retimed(timeline: Timeline, factor: float) -> Timeline:
    """The same in `factor` times the time, up to the longest that a timeline may be."""
    factor = min(factor, MAX_SECONDS / timeline.duration_s) if timeline.duration_s else factor
    keys = tuple(replace(key, time_s=key.time_s * factor) for key in timeline.keyframes)
    return replace(timeline, keyframes=keys, length_s=timeline.duration_s * factor)


def evened_out(timeline: Timeline) -> Timeline:
    """The same time from each keyframe to the next; a closed one also from the last to the first."""
    keys = timeline.keyframes
    spans = len(keys) if timeline.closed else len(keys) - 1
    if spans < 1:
        return timeline
    end = timeline.duration_s if timeline.closed else timeline.last_s
    times = [end * i / spans for i in range(len(keys))]
    return replace(
        timeline,
        keyframes=tuple(replace(key, time_s=t) for key, t in zip(keys, times, strict=True)),
        length_s=timeline.duration_s,
    )


def with_recorded(timeline: Timeline, keys: tuple[Keyframe, ...]) -> Timeline:
    """A performance laid over it: what stood within its time gives way."""
    if not keys:
        return timeline
    first, last = keys[0].time_s - SAME_S, keys[-1].time_s + SAME_S
    return _with_keys(timeline, (*(k for k in timeline.keyframes if not first <= k.time_s <= last), *keys))


def _with_key(timeline: Timeline, index: int, key: Keyframe) -> Timeline:
    keys = timeline.keyframes
    return replace(timeline, keyframes=(*keys[:index], key, *keys[index + 1 :]))


def _left(keys: tuple[Keyframe, ...], index: int) -> tuple[Keyframe, ...]:
    return keys[:index] + keys[index + 1 :]


def _with_keys(timeline: Timeline, keys: Iterable[Keyframe]) -> Timeline:
    """Those keyframes in order; an open timeline that ended with its last one still does."""
    by_time: Callable[[Keyframe], float] = lambda key: key.time_s  # noqa: E731
    after = replace(timeline, keyframes=tuple(sorted(keys, key=by_time)))
    ended_with_last = not timeline.closed and timeline.length_s <= timeline.last_s
    after = replace(after, length_s=after.last_s if ended_with_last else after.length_s)
    return replace(after, length_s=_valid(after.duration_s))


def _valid(time_s: float) -> float:
    return min(MAX_SECONDS, max(0.0, time_s))
