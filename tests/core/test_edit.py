"""The undo stack as a state machine, against a list of all states."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from studio.core.edit import History, StateEdit


class Holder:
    """Something with a state."""

    def __init__(self) -> None:
        self.state = 0

    def put(self, state: int) -> None:
        self.state = state


def edit(holder: Holder, after: int, gesture: str = "", label: str = "") -> StateEdit[int]:
    return StateEdit(label or f"to {after}", holder.state, after, holder.put, gesture)


class HistoryMachine(RuleBasedStateMachine):
    """`past` and `future` hold the states that undo and redo must reach."""

    def __init__(self) -> None:
        super().__init__()
        self.holder, self.history = Holder(), History[int]()
        self.past: list[int] = []
        self.future: list[int] = []
        self.gesture = ""

    @rule(after=st.integers(0, 3), gesture=st.sampled_from(["", "drag a", "drag b"]))
    def change(self, after: int, gesture: str) -> None:
        before = self.holder.state
        self.history.do(edit(self.holder, after, gesture))
        assert self.holder.state == after
        if before == after:
            return
        if not (gesture and gesture == self.gesture):
            self._forget_idle_step(before)
            self.past.append(before)
        self.gesture = gesture
        self.future.clear()

    @rule()
    def let_go(self) -> None:
        self.history.end_gesture()
        self._drop_idle_step()

    @rule()
    def undo(self) -> None:
        self._drop_idle_step()
        undone = self.history.undo()
        assert (undone is not None) == bool(self.past)
        if self.past:
            self.future.append(self.holder_before())
            assert self.holder.state == self.past.pop()

    @rule()
    def redo(self) -> None:
        self._drop_idle_step()
        before = self.holder.state
        redone = self.history.redo()
        assert (redone is not None) == bool(self.future)
        if self.future:
            self.past.append(before)
            assert self.holder.state == self.future.pop()

    @rule()
    def undo_all_and_redo_all(self) -> None:
        self._drop_idle_step()
        state, steps = self.holder.state, 0
        while self.history.undo():
            steps += 1
        assert steps == len(self.past)
        for _ in range(steps):
            self.history.redo()
        assert self.holder.state == state

    @invariant()
    def labels_tell_whether_there_is_a_step(self) -> None:
        assert bool(self.history.undo_label) == bool(self.past)
        assert bool(self.history.redo_label) == bool(self.future)
        assert len(self.history.labels) == len(self.past)
        self.last = self.holder.state

    def holder_before(self) -> int:
        return self.last

    def _drop_idle_step(self) -> None:
        """A step that ends where it began is forgotten once the hand lets go."""
        self.gesture = ""
        self._forget_idle_step(self.holder.state)

    def _forget_idle_step(self, state: int) -> None:
        if self.past and self.past[-1] == state:
            self.past.pop()


TestHistoryMachine = HistoryMachine.TestCase
TestHistoryMachine.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)


def test_a_drag_is_one_step() -> None:
    holder, history = Holder(), History[int]()
    for position in range(1, 200):
        history.do(edit(holder, position, "drag"))
    history.end_gesture()
    history.do(edit(holder, 7, "drag"))
    assert len(history.labels) == 2
    history.undo()
    assert holder.state == 199
    history.undo()
    assert holder.state == 0


def test_a_drag_that_comes_back_leaves_no_step() -> None:
    holder, history = Holder(), History[int]()
    history.do(edit(holder, 5, "drag"))
    history.do(edit(holder, 0, "drag"))
    history.end_gesture()
    assert history.labels == ()


def test_the_oldest_steps_are_forgotten() -> None:
    holder, history = Holder(), History[int](limit=3)
    for state in range(1, 11):
        history.do(edit(holder, state))
    assert history.labels == ("to 8", "to 9", "to 10")


def test_clearing_forgets_everything() -> None:
    holder, history = Holder(), History[int]()
    history.do(edit(holder, 1))
    history.do(edit(holder, 2))
    history.undo()
    history.clear()
    assert (history.undo_label, history.redo_label, history.undo(), history.redo()) == ("", "", None, None)
