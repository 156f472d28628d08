"""What a melody model is asked for, checked before a note is drawn: what cannot be is said. Torch-free."""

from __future__ import annotations

import math
from itertools import pairwise

from studio.core.card import Card
from studio.core.errors import StudioError
from studio.core.messages import ComposeRequest, VoicesRequest

MAX_CANDIDATES = 8
MAX_BEST_OF = 16


def check(request: ComposeRequest, card: Card) -> None:
    """StudioError for a request that contradicts itself or that the model of `card` cannot fulfil."""
    _check_numbers(request)
    if request.polyphony > 1:
        raise StudioError(
            f"{card.name} writes one voice, not {request.polyphony} notes at once.",
            hint="Choose a model for several voices.",
        )
    if request.rhythm:
        _check_rhythm(request)


def check_draws(request: ComposeRequest | VoicesRequest) -> None:
    """StudioError where a request for candidates asks for numbers that cannot be."""
    if not 1 <= request.candidates <= MAX_CANDIDATES:
        raise StudioError(f"Between 1 and {MAX_CANDIDATES} candidates, please, not {request.candidates}.")
    if isinstance(request, ComposeRequest) and not 1 <= request.best_of <= MAX_BEST_OF:
        raise StudioError(f"The best of 1 to {MAX_BEST_OF}, please, not of {request.best_of}.")
    if not (math.isfinite(request.temperature) and request.temperature > 0 and 0 < request.top_p <= 1):
        raise StudioError("Temperature must be above 0, and top-p between 0 and 1.")


def _check_numbers(request: ComposeRequest) -> None:
    check_draws(request)
    if not math.isfinite(request.guidance) or request.guidance < 0:
        raise StudioError("Guidance must be 0 or more.")


def _check_rhythm(request: ComposeRequest) -> None:
    """The notes of a rhythm lie in the region, one after the other, beside the locked ones."""
    slots = sorted(request.rhythm)
    if any(
        start < request.region_start or start + length > request.region_end or length < 1
        for start, length in slots
    ):
        raise StudioError("A note of the rhythm lies outside the region.", hint="Select all of its bars.")
    if any(start + length > after for (start, length), (after, _) in pairwise(slots)):
        raise StudioError("Two notes of the rhythm sound at once.", hint="This model writes one voice.")
    stay = (*request.locked, *(n for n in request.prompt if n.start_ticks >= request.region_start))
    fixed = sorted((n.start_ticks, n.end_ticks) for n in stay)
    for start, length in slots:
        if any(begin < start + length and end > start for begin, end in fixed):
            bar = (start - request.meter.ticks) // request.meter.bar_ticks + 1
            raise StudioError(
                f"A note of the rhythm in bar {bar} lies on a note that stays.", hint="Unlock that note."
            )
