"""Where in a score a model goes on, and what its recipe says: for the window and the command line alike."""

from studio.core.card import Card
from studio.core.recipe import ComposeSettings, Recipe
from studio.core.score import DRUM_CHANNEL, Score

GRID_TICKS = 120  # a sixteenth
MANY_VOICES = ("music.polyphony_lstm",)  # families that hear and write all hands of a piece at once
RECENT = 32


def sounding_tracks(score: Score) -> tuple[int, ...]:
    """The tracks that have notes, drums left out; the first where there are none."""
    heard = (i for i, track in enumerate(score.tracks) if track.notes and track.channel != DRUM_CHANNEL)
    return tuple(heard) or (0,)


def height(score: Score, index: int) -> float:
    """Where a track has lately been playing: a mean pitch."""
    notes = score.track(index).notes[-RECENT:]
    return sum(note.pitch for note in notes) / len(notes) if notes else 0.0


def melody_track(score: Score) -> int:
    """The track to go on with: the highest on average, drums left out; the first where there are no notes."""
    heights = [
        (sum(note.pitch for note in track.notes) / len(track.notes), -index)
        for index, track in enumerate(score.tracks)
        if track.notes and track.channel != DRUM_CHANNEL
    ]
    return -max(heights)[1] if heights else 0


def compose_recipe(
    card: Card, settings: ComposeSettings, app: str, source: tuple[str, str] = ("", "")
) -> Recipe:
    """What stands in the MIDI file that was written with it; source: (name, sha256) of the file that was heard."""
    name, digest = source
    return Recipe(
        "music",
        card.id,
        card.weights.sha256,
        compose=settings,
        app=app,
        source_name=name,
        source_sha256=digest,
    )


def region_after(score: Score, track: int, bars: int) -> tuple[int, int]:
    """Where a continuation of a track lies, in ticks [start, end)."""
    return region_behind(score, score.track(track).end_ticks, bars)


def region_behind(score: Score, end_ticks: int, bars: int) -> tuple[int, int]:
    """Where a continuation of notes lies whose last one ends at a tick.

    It begins right where the last note ends (on the next sixteenth), fills that bar up, and then goes on for `bars`
    whole bars, so that it always ends at a bar line.
    """
    start = -(-end_ticks // GRID_TICKS) * GRID_TICKS
    bar = score.bar_of(start)
    begun = start > score.bar_start(bar)
    return start, score.bar_start(bar + bars + begun)
