"""Who came from whom."""

from studio.core.latent import Latent
from studio.core.lineage import find, generations, keep, remove

A, B, C, D = (Latent(seed) for seed in range(4))


def test_parents_that_were_not_kept_become_founders() -> None:
    line = keep((), C, (A, B), 0.3)
    assert [(one.id, one.parents, one.latent) for one in line] == [(0, (), A), (1, (), B), (2, (0, 1), C)]
    assert line[2].strength == 0.3
    assert find(line, C) == line[2]
    assert find(line, D) is None


def test_a_picture_is_kept_once_and_is_not_its_own_parent() -> None:
    line = keep(keep((), A), A, (B,))
    assert [one.latent for one in line] == [A]
    assert keep((), A, (A,))[0].parents == ()


def test_generations_count_from_the_farthest_founder() -> None:
    line = keep(keep(keep((), B, (A,)), C, (B,)), D, (A, C))
    assert generations(line) == {0: 0, 1: 1, 2: 2, 3: 3}


def test_the_children_of_one_that_goes_belong_to_its_parents() -> None:
    line = remove(keep(keep((), B, (A,)), C, (B, A)), 1)
    assert [(one.id, one.parents) for one in line] == [(0, ()), (2, (0,))]
    assert remove(line, 9) == line
    assert keep(line, D)[-1].id == 3
