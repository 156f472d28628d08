"""How large a draft may be."""

from hypothesis import given
from hypothesis import strategies as st

from studio.inference.draft_budget import DraftBudget, Rung

SIZES = (32, 64, 128, 256)


def test_an_untried_model_starts_at_full_size() -> None:
    assert DraftBudget().size_for("gan", SIZES) == 256


def test_a_slow_frame_makes_the_next_draft_smaller_by_area() -> None:
    budget = DraftBudget(25)
    budget.note("gan", 256, 80)
    assert budget.size_for("gan", SIZES) == 128


def test_when_nothing_is_affordable_the_smallest_is_taken() -> None:
    budget = DraftBudget(25)
    budget.note("gan", 32, 400)
    assert budget.size_for("gan", SIZES) == 32


def test_without_sizes_there_is_nothing_to_choose() -> None:
    assert DraftBudget().size_for("gan", ()) is None


def test_one_hiccup_changes_little_and_a_slow_first_frame_is_forgiven() -> None:
    budget = DraftBudget(25)
    budget.note("gan", 256, 900)
    budget.note("gan", 256, 12)
    assert budget.size_for("gan", SIZES) == 256
    budget.note("gan", 256, 40)
    assert budget.size_for("gan", SIZES) == 256


def test_a_size_that_was_too_slow_is_tried_again() -> None:
    budget = DraftBudget(25)
    budget.note("gan", 256, 80)
    for _ in range(100):
        budget.note("gan", budget.size_for("gan", SIZES) or 0, 5)
    assert budget.size_for("gan", SIZES) == 256


def test_models_do_not_share_their_pace() -> None:
    budget = DraftBudget(25)
    budget.note("slow", 256, 900)
    assert budget.size_for("fast", SIZES) == 256


@given(st.lists(st.tuples(st.sampled_from(SIZES), st.floats(0.01, 2000)), max_size=30))
def test_it_always_names_one_of_the_sizes(notes: list[tuple[int, float]]) -> None:
    budget = DraftBudget()
    for size, ms in notes:
        budget.note("gan", size, ms)
    assert budget.size_for("gan", SIZES) in SIZES


def test_shorter_numbers_come_before_a_smaller_picture() -> None:
    budget = DraftBudget(25)
    assert budget.rung_for("gan", SIZES, can_halve=True) == Rung(256)
    budget.note("gan", 256, 40)
    assert budget.rung_for("gan", SIZES, can_halve=True) == Rung(256, half=True)
    assert budget.rung_for("gan", SIZES) == Rung(128)
    budget.note("gan", 256, 60, half=True)  # this machine is slow with them
    assert budget.rung_for("gan", SIZES, can_halve=True) == Rung(128)


def test_an_exact_draft_that_was_too_slow_is_tried_again() -> None:
    budget = DraftBudget(25)
    budget.note("gan", 256, 30)
    for _ in range(20):
        budget.note("gan", 256, 10, half=True)
    assert budget.rung_for("gan", SIZES, can_halve=True) == Rung(256)
