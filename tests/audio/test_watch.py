"""The watch on outputs that a test breaks and mends."""

import threading
from collections.abc import Callable, Iterator

import pytest

from studio.audio import watch as watching
from studio.audio.output import Output, SilentOutput
from studio.audio.watch import Watch
from studio.core.errors import StudioError

MISSING = StudioError("There is no audio device, so music plays without sound.")


class Card(SilentOutput):
    """A sound card that can be pulled out."""

    def __init__(self) -> None:
        super().__init__()
        self.there, self.closed = True, False

    def look(self) -> bool:
        return self.there

    def close(self) -> None:
        self.closed = True


class Shelf:
    """What the watch opens next, what it handed over, and whether it told."""

    def __init__(self) -> None:
        self.next: Callable[[], Output] = Card
        self.taken: list[Output] = []
        self.told = threading.Semaphore(0)
        self.watch = Watch(lambda: self.next(), self.taken.append)
        self.watch.changed = self.told.release

    def until(self, happened: Callable[[], bool]) -> None:
        for _ in range(400):
            if happened():
                return
            self.told.acquire(timeout=0.05)
        raise AssertionError("it never happened")


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.005)
    monkeypatch.setattr(watching, "RETRY_SECONDS", 0.02)
    shelf = Shelf()
    yield shelf
    shelf.watch.close()


def card(output: Output) -> Card:
    assert isinstance(output, Card)
    return output


def test_a_card_that_is_pulled_out_leaves_silence_and_comes_back_by_itself(shelf: Shelf) -> None:
    shelf.until(lambda: len(shelf.taken) == 1)
    first = card(shelf.taken[0])
    shelf.next = lambda: SilentOutput(MISSING, comes_back=True)
    first.there = False
    shelf.until(lambda: len(shelf.taken) == 2)
    shelf.until(lambda: first.closed)
    problem = shelf.taken[1].problem
    assert problem is not None
    assert "gone" in problem.title
    shelf.next = Card
    shelf.until(lambda: len(shelf.taken) == 3)
    assert card(shelf.taken[2]).there


def test_what_is_not_installed_is_not_looked_for_again(shelf: Shelf) -> None:
    tries: list[int] = []

    def nothing() -> Output:
        tries.append(1)
        return SilentOutput(MISSING)

    shelf.watch.use(nothing)
    shelf.until(lambda: bool(tries) and shelf.taken[-1].problem is MISSING)
    assert not shelf.told.acquire(timeout=0.15) or len(tries) == 1
    assert len(tries) == 1


def test_another_output_is_opened_after_the_old_one_is_closed(shelf: Shelf) -> None:
    shelf.until(lambda: len(shelf.taken) == 1)
    old, seen = card(shelf.taken[0]), list[bool]()

    def opener() -> Output:
        seen.append(old.closed)
        return Card()

    shelf.watch.use(opener)
    shelf.until(lambda: len(shelf.taken) == 3)
    assert seen == [True]
    assert type(shelf.taken[1]) is SilentOutput  # keeps time meanwhile


def test_closing_closes_the_card() -> None:
    taken: list[Output] = []
    watch = Watch(Card, taken.append)
    watch.close()
    assert card(taken[0]).closed


def test_a_problem_that_comes_up_on_the_way_is_told(shelf: Shelf) -> None:
    shelf.until(lambda: len(shelf.taken) == 1 and not shelf.told.acquire(blocking=False))
    card(shelf.taken[0]).problem = MISSING
    assert shelf.told.acquire(timeout=10)
