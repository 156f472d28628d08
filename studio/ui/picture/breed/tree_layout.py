"""Where the members of a lineage lie: generations downwards, each below the middle of its parents. Pure geometry.

Invariant: no two members of a generation are nearer than one column.
"""

from collections.abc import Mapping, Sequence

from studio.core.lineage import generations
from studio.core.project import Child


def columns(lineage: Sequence[Child]) -> dict[int, tuple[float, int]]:
    """(column, row) of each member by id; columns begin at 0 and need not be whole."""
    rows: dict[int, list[Child]] = {}
    depth = generations(tuple(lineage))
    for child in lineage:
        rows.setdefault(depth[child.id], []).append(child)
    places: dict[int, tuple[float, int]] = {}
    for row in sorted(rows):
        _place_row(rows[row], row, places)
    left = min((column for column, _ in places.values()), default=0.0)
    return {key: (column - left, row) for key, (column, row) in places.items()}


def _place_row(members: Sequence[Child], row: int, places: dict[int, tuple[float, int]]) -> None:
    wishes = [(_wish(member, places, float(order)), member.id) for order, member in enumerate(members)]
    wishes.sort()
    spread: list[float] = []
    for wish, _ in wishes:
        spread.append(max(wish, spread[-1] + 1) if spread else wish)
    shift = sum(wish - column for (wish, _), column in zip(wishes, spread, strict=True)) / len(wishes)
    for (_, key), column in zip(wishes, spread, strict=True):
        places[key] = (column + shift, row)


def _wish(member: Child, places: Mapping[int, tuple[float, int]], otherwise: float) -> float:
    above = [places[parent][0] for parent in member.parents if parent in places]
    return sum(above) / len(above) if above else otherwise
