"""Lineage: the pictures that were bred and kept, and who came from whom. Pure; any thread.

Invariant: ids are never used twice within a lineage, and parents stand before their children.
"""

from collections.abc import Sequence
from dataclasses import replace

from studio.core.latent import Latent
from studio.core.project import Child

Lineage = tuple[Child, ...]


def find(lineage: Lineage, latent: Latent) -> Child | None:
    """The member that is this picture."""
    return next((child for child in lineage if child.latent == latent), None)


def keep(lineage: Lineage, latent: Latent, parents: Sequence[Latent] = (), strength: float = 0.0) -> Lineage:
    """The lineage with one picture more; parents that are not in it yet become founders. One that is kept stays."""
    if find(lineage, latent) is not None:
        return lineage
    ids = []
    for parent in parents:
        if parent != latent:
            lineage = keep(lineage, parent)
            ids += [child.id for child in lineage if child.latent == parent]
    newest = max((child.id for child in lineage), default=-1) + 1
    return (*lineage, Child(newest, tuple(dict.fromkeys(ids)), latent, strength))


def remove(lineage: Lineage, gone: int) -> Lineage:
    """The lineage without one member; its children become those of its parents."""
    lost = next((child for child in lineage if child.id == gone), None)
    if lost is None:
        return lineage
    return tuple(_adopted(child, lost) for child in lineage if child is not lost)


def generations(lineage: Lineage) -> dict[int, int]:
    """How many steps each member is from the farthest of its founders, by id."""
    depth: dict[int, int] = {}
    for child in lineage:
        depth[child.id] = 1 + max((depth[one] for one in child.parents if one in depth), default=-1)
    return depth


def _adopted(child: Child, lost: Child) -> Child:
    if lost.id not in child.parents:
        return child
    heirs = (one for parent in child.parents for one in (lost.parents if parent == lost.id else (parent,)))
    return replace(child, parents=tuple(dict.fromkeys(heirs)))
