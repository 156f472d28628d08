"""From what was played in a duet to a ComposeRequest, and from the model's candidates to an answer in the score.

Pure functions. Invariant: the request lies in a time of its own, on the same place of the bar, so that a dialogue may
go round a loop; what comes back is moved by as much.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.core.duet_rules import Answer, Ask
from studio.core.duet_time import DuetTime
from studio.core.messages import Candidate, ComposeRequest
from studio.core.music_messages import Notes
from studio.core.score import DRUM_CHANNEL, Note, Score, Track
from studio.core.theory import guess_key
from studio.ui.music.asking import steered
from studio.ui.music.compose.ask import Ask as Wishes
from studio.ui.music.suggestion import Ghost, Part

CHANNEL = "duet"
MEMORY_BARS = 16
CANDIDATES = 8  # one of them begins on the line, most likely; all together take hardly longer than one
GRIDS = (
    120,
    160,
)  # sixteenths and triplets: a hand is never quite in time, what the models learned from always is
CHANNELS = 16


@dataclass(frozen=True, slots=True)
class Question:
    """A request, and by how many ticks it lies later than the dialogue."""

    ask: Ask
    request: ComposeRequest
    later: int

    def answer(self, candidates: Sequence[Candidate]) -> tuple[Notes, tuple[float, ...]]:
        """The notes in the dialogue's time, as loud as the call, with their probabilities; none for silence."""
        found = _readiest(candidates, self.request)
        if found is None:
            return (), ()
        louder = _mean(self.ask.call) - _mean(found.notes) if self.ask.call else 0
        notes = (
            replace(
                note,
                start_ticks=note.start_ticks - self.later,
                velocity=min(127, max(1, round(note.velocity + louder))),
            )
            for note in found.notes
        )
        return tuple(notes), found.probabilities


def question(model_id: str, ask: Ask, wishes: Wishes, time: DuetTime) -> Question:
    """The last bars of the dialogue are heard; the key is that of the score, else what was played says it."""
    meter = time.meter_at(ask.start)
    start = MEMORY_BARS * meter.bar_ticks + ask.start - time.bar_at(ask.start)
    later = start - ask.start
    heard = tuple(sorted((*ask.before, *ask.call), key=lambda note: note.sort_key))
    prompt = tuple(
        _told(note, later, start) for note in heard if 0 <= _in_time(note.start_ticks + later) < start
    )
    end = ask.end + later
    written = time.score.key_at(time.fold(ask.start))
    key = written or (guess_key(heard).signature if heard else None)
    first = max(0, -later)
    chords = (
        replace(chord, start_ticks=chord.start_ticks + later) for chord in time.chords_between(first, ask.end)
    )
    request = ComposeRequest(
        model_id, prompt, start, end,
        candidates=CANDIDATES, temperature=wishes.temperature, top_p=wishes.top_p,
        seed=wishes.seed + CANDIDATES * ask.number, styles=wishes.styles, meter=replace(meter, ticks=0),
        key=wishes.key(key), scale=wishes.pitches(key), low=wishes.low, high=wishes.high,
        attributes=wishes.attributes, chords=tuple(chords), channel=CHANNEL,
    )  # fmt: skip
    return Question(ask, steered(request, wishes, written), later)


def part_for(answer: Answer, time: DuetTime, track: int, own: Track | None) -> Part:
    """The answer as it lies in the score, on a track, or on one of its own that may still have to be made."""
    ghosts = tuple(
        Ghost(piece, probability)
        for note, probability in zip(answer.notes, answer.probabilities, strict=True)
        for piece in time.pieces(note)
    )
    return Part(track, ghosts, new=own)


def own_track(score: Score, name: str, program: int) -> Track:
    """An empty track for the answers, on a channel that is free where one is."""
    taken = {track.channel for track in score.tracks} | {DRUM_CHANNEL}
    return Track(name, program, channel=next((free for free in range(CHANNELS) if free not in taken), 0))


def _told(note: Note, later: int, end: int) -> Note:
    """In the request's time and on its grid; a key that is still down is told up to the answer."""
    start = _in_time(note.start_ticks + later)
    until = min(end, max(_in_time(note.end_ticks + later), start + GRIDS[0] // 2))
    return replace(note, start_ticks=start, duration_ticks=until - start)


def _in_time(ticks: int) -> int:
    """The nearest line of the grids."""
    return min(
        ((2 * ticks + grid) // (2 * grid) * grid for grid in GRIDS), key=lambda line: abs(line - ticks)
    )


def _readiest(candidates: Sequence[Candidate], request: ComposeRequest) -> Candidate | None:
    """The first that begins on the line, else the first within a beat, else the one that begins soonest."""

    def wait(found: Candidate) -> int:
        late = min(note.start_ticks for note in found.notes) - request.region_start
        return 0 if late <= 0 else max(1, late - request.meter.beat_ticks)

    return min((found for found in candidates if found.notes), key=wait, default=None)


def _mean(notes: Sequence[Note]) -> float:
    return sum(note.velocity for note in notes) / len(notes)
