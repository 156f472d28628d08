"""What a person's notes are to a melody model: from a scoring request to a plan that goes through them. Torch-free.

Invariant: notes are judged just as the model's own are when it writes them: in the same places, seeing the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.core.messages import ComposeRequest, ScoreNotesRequest
from studio.core.score import Note
from studio.engines.music.region import SHORTEST, RegionPlan, base_pitch, key_of, together, top_line


@dataclass(frozen=True, slots=True)
class Judging:
    """asked: the notes as a rhythm to be filled; line: the top one of the notes that sound together, each up to the
    next; judged: which note of the request each of them is."""

    asked: ComposeRequest
    plan: RegionPlan
    line: tuple[Note, ...]
    judged: tuple[int, ...]

    @classmethod
    def of(cls, request: ScoreNotesRequest) -> Judging:
        """There must be a note."""
        line = top_line(request.notes)
        places = {id(note): index for index, note in enumerate(request.notes)}
        judged = tuple(places[id(group[-1])] for group in together(request.notes))
        asked = _as_composing(request, line)
        plan = replace(RegionPlan.of(asked), closes=False)
        if not request.prompt:
            tonic = key_of(request.key, request.notes).tonic
            plan = replace(plan, frame=replace(plan.frame, base_pitch=base_pitch(tonic, line)))
        return cls(asked, plan, tuple(line), judged)


def _as_composing(request: ScoreNotesRequest, line: list[Note]) -> ComposeRequest:
    """The request that these notes would be an answer to."""
    begin, end = line[0].start_ticks, max(line[-1].end_ticks, line[0].start_ticks + SHORTEST)
    before = [n.end_ticks for n in request.prompt if n.start_ticks < begin]
    start = request.region_start
    return ComposeRequest(
        request.model_id,
        request.prompt,
        min(begin, max(before, default=begin)) if start is None else min(start, begin),
        end,
        styles=request.styles,
        meter=request.meter,
        key=request.key or key_of(None, request.prompt or request.notes).signature,
        attributes=request.attributes,
        chords=request.chords,
        rhythm=tuple((note.start_ticks, note.duration_ticks) for note in line),
    )
