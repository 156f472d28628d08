"""From the score and the person's settings to a ComposeRequest: where the model writes and what it hears.

Pure functions.
"""

from dataclasses import dataclass, replace

from studio.core.messages import ComposeRequest
from studio.core.music_messages import NEAREST_OF
from studio.core.score import KeySignature, Score
from studio.core.theory import guess_key
from studio.inference.composing import free_rhythm
from studio.inference.continuation import region_after
from studio.inference.mooding import in_mood
from studio.ui.music.compose.ask import FOLLOW, FREE, Ask

Region = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where to write: a track and the stretch that was marked, if any."""

    track: int
    marked: Region | None = None

    def region(self, score: Score, bars: int) -> Region:
        """The marked stretch, else `bars` bars after the track's last note."""
        if self.marked is not None:
            return self.marked
        return region_after(score, self.track, bars)


def request_for(model_id: str, score: Score, place: Place, ask: Ask, anew: bool = False) -> ComposeRequest:
    """Everything of the track outside the region is heard, everything inside stays where it is; anew: what stands
    inside is to be written otherwise, but for what is locked, in its own rhythm if that is to be kept. Nothing is told
    of muted notes. A mood takes another mode only where neither a scale nor, with "key of the piece", a key is told."""
    start, end = place.region(score, ask.bars)
    notes = score.track(place.track).heard
    inside = tuple(note for note in notes if start <= note.start_ticks < end)
    outside = tuple(note for note in notes if not start <= note.start_ticks < end)
    stay = tuple(note for note in inside if note.locked) if anew else inside
    key = written = score.key_at(start)
    if key is None and ask.scale == FOLLOW:
        key = guess_key(notes).signature
    rhythm = free_rhythm(inside, stay, end) if anew and ask.keep_rhythm else ()
    request = ComposeRequest(
        model_id, outside, start, end, stay,
        candidates=ask.ideas, temperature=ask.temperature, top_p=ask.top_p, seed=ask.seed, styles=ask.styles,
        meter=score.meter_at(start), key=ask.key(key), scale=ask.pitches(key),
        low=ask.low, high=ask.high, chords=score.chords, attributes=ask.attributes, rhythm=rhythm,
    )  # fmt: skip
    return steered(request, ask, written)


def steered(request: ComposeRequest, ask: Ask, written: KeySignature | None) -> ComposeRequest:
    """The request in the mood that is wished for; the nearest of several answers where there are wishes to be near to.
    written: the key that stands in the score."""
    mode_is_free = ask.scale == FREE or (ask.scale == FOLLOW and written is None)
    request = in_mood(request, ask.mood, ask.takes_line, mode_is_free)
    return replace(request, best_of=NEAREST_OF if request.attributes else 1)


def words_for(score: Score, place: Place, bars: int) -> str:
    """The bars that would be written, such as "5 to 8"."""
    start, end = place.region(score, bars)
    first, last = score.bar_of(start) + 1, score.bar_of(max(start, end - 1)) + 1
    return str(first) if first == last else f"{first}–{last}"
