"""The lanes under random interleavings: nothing is lost, nothing comes twice, the newest wins."""

import threading
from collections import Counter
from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from studio.inference.mailbox import Lane, Lanes, Mailbox

CHANNELS = ("canvas", "suggestions", "thumbnails")
Task = tuple[str, int]


def test_a_mailbox_keeps_only_the_newest() -> None:
    box: Mailbox[int] = Mailbox()
    assert [box.put(1), box.put(2), box.take(), box.take()] == [None, 1, 2, None]


def test_live_goes_before_loading_and_loading_before_work() -> None:
    lanes: Lanes[str] = Lanes()
    lanes.put(Lane.WORK, "export")
    lanes.put(Lane.LOAD, "load")
    lanes.put_live("canvas", "frame")
    assert [lanes.take(wait=True) for _ in range(3)] == [
        (Lane.LIVE, "frame"),
        (Lane.LOAD, "load"),
        (Lane.WORK, "export"),
    ]


def test_a_busy_channel_does_not_starve_the_others() -> None:
    lanes: Lanes[str] = Lanes()
    lanes.put_live("canvas", "c1")
    lanes.put_live("thumbnails", "t1")
    assert lanes.take(wait=True) == (Lane.LIVE, "c1")
    lanes.put_live("canvas", "c2")
    assert lanes.take(wait=True) == (Lane.LIVE, "t1")


def test_quiet_items_wait_for_their_time_and_go_before_work() -> None:
    lanes: Lanes[str] = Lanes()
    lanes.put(Lane.WORK, "export")
    lanes.put_quiet("ends", "t1")
    assert lanes.take(wait=False) is None
    assert lanes.take(wait=True, quiet_from=perf_counter() + 60) == (Lane.WORK, "export")
    assert lanes.take_quiet(perf_counter() + 60) is None
    assert lanes.take(wait=True, quiet_from=perf_counter() + 0.02) == (Lane.QUIET, "t1")


def test_the_rest_of_a_quiet_item_gives_way_to_a_newer_one() -> None:
    lanes: Lanes[str] = Lanes()
    assert lanes.put_back("ends", "rest") is None
    assert lanes.put_quiet("ends", "newer") == "rest"
    assert lanes.put_back("ends", "older") == "older"
    lanes.put_quiet("map", "m")
    assert [lanes.take_quiet(0), lanes.take_quiet(0), lanes.take_quiet(0)] == ["newer", "m", None]


def test_during_work_no_other_work_is_taken() -> None:
    lanes: Lanes[str] = Lanes()
    lanes.put(Lane.WORK, "second export")
    assert lanes.take(wait=False) is None


def test_closed_lanes_hand_back_what_waited_and_refuse_more() -> None:
    lanes: Lanes[str] = Lanes()
    lanes.put(Lane.LOAD, "load")
    lanes.put_live("canvas", "frame")
    assert sorted(lanes.close()) == ["frame", "load"]
    assert lanes.take(wait=True) is None
    assert lanes.put(Lane.WORK, "late") == "late"
    assert lanes.put_live("canvas", "later") == "later"


def test_closing_wakes_a_sleeping_taker() -> None:
    lanes: Lanes[str] = Lanes()
    taken: list[object] = []
    taker = threading.Thread(target=lambda: taken.append(lanes.take(wait=True)))
    taker.start()
    lanes.close()
    taker.join(10)
    assert taken == [None]


class LanesMachine(RuleBasedStateMachine):
    """Lanes against a plain model: a dictionary of newest items and two lists."""

    def __init__(self) -> None:
        super().__init__()
        self.lanes: Lanes[Task] = Lanes()
        self.live: dict[str, Task] = {}
        self.backlogs: dict[Lane, list[Task]] = {Lane.LOAD: [], Lane.WORK: []}
        self.made = 0
        self.last_taken: Counter[str] = Counter()

    def new(self, channel: str) -> Task:
        self.made += 1
        return channel, self.made

    @rule(channel=st.sampled_from(CHANNELS))
    def put_live(self, channel: str) -> None:
        task = self.new(channel)
        assert self.lanes.put_live(channel, task) == self.live.get(channel)
        self.live[channel] = task

    @rule(lane=st.sampled_from([Lane.LOAD, Lane.WORK]))
    def put(self, lane: Lane) -> None:
        task = self.new(lane.name)
        assert self.lanes.put(lane, task) is None
        self.backlogs[lane].append(task)

    @rule()
    def take(self) -> None:
        taken = self.lanes.take(wait=False)
        if self.live:
            assert taken is not None
            assert taken[0] is Lane.LIVE
            channel, number = taken[1]
            assert self.live.pop(channel) == taken[1]
            assert number > self.last_taken[channel]
            self.last_taken[channel] = number
        elif self.backlogs[Lane.LOAD]:
            assert taken == (Lane.LOAD, self.backlogs[Lane.LOAD].pop(0))
        else:
            assert taken is None

    @rule(channel=st.sampled_from(CHANNELS))
    def clear(self, channel: str) -> None:
        assert self.lanes.clear(channel) == self.live.pop(channel, None)

    @rule(number=st.integers(1, 30))
    def withdraw(self, number: int) -> None:
        waiting = [*self.live.values(), *self.backlogs[Lane.LOAD], *self.backlogs[Lane.WORK]]
        found = [task for task in waiting if task[1] == number]
        assert self.lanes.withdraw(lambda task: task[1] == number) is bool(found)
        self.live = {c: task for c, task in self.live.items() if task not in found}
        self.backlogs = {lane: [t for t in tasks if t not in found] for lane, tasks in self.backlogs.items()}

    @invariant()
    def knows_what_waits(self) -> None:
        assert all(self.lanes.is_waiting(channel) is (channel in self.live) for channel in CHANNELS)


TestLanesMachine = LanesMachine.TestCase
TestLanesMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@settings(max_examples=25)
@given(st.lists(st.lists(st.sampled_from([*CHANNELS, "LOAD", "WORK"]), max_size=30), min_size=1, max_size=3))
def test_under_real_threads_every_item_is_taken_superseded_or_handed_back_once(
    plans: list[list[str]],
) -> None:
    lanes: Lanes[tuple[str, int, int]] = Lanes()
    superseded: list[list[tuple[str, int, int]]] = [[] for _ in plans]
    taken: list[tuple[str, int, int]] = []

    def putter(who: int) -> None:
        for number, where in enumerate(plans[who]):
            item = (where, who, number)
            left = lanes.put_live(where, item) if where in CHANNELS else lanes.put(Lane[where], item)
            superseded[who].extend([left] if left is not None else [])

    def taker() -> None:
        while (found := lanes.take(wait=True)) is not None:
            taken.append(found[1])

    consumer = threading.Thread(target=taker)
    producers = [threading.Thread(target=putter, args=(who,)) for who in range(len(plans))]
    for thread in (consumer, *producers):
        thread.start()
    for thread in producers:
        thread.join()
    left = lanes.close()
    consumer.join()
    put = [(where, who, number) for who, plan in enumerate(plans) for number, where in enumerate(plan)]
    assert sorted([*taken, *left, *(item for items in superseded for item in items)]) == sorted(put)
    for who in range(len(plans)):
        for where in (*CHANNELS, "LOAD", "WORK"):
            numbers = [n for w, by, n in taken if by == who and w == where]
            assert numbers == sorted(numbers)
