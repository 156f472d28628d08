"""What the cards show: the time and pitches they share, own notes, voices, chords, how expected an idea is."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from studio.core.chords import parse_figure
from studio.core.score import MeterChange, Note, Score, Track
from studio.ui.common.theme import colour
from studio.ui.music.compose.idea_card import expected_step
from studio.ui.music.compose.sketch import Sketch, sketched
from studio.ui.music.sketching import begun_in, expected, sketches
from studio.ui.music.suggestion import Ghost, Ideas, Part, Suggestion

TUNE = Track("Tune", notes=tuple(Note(480 * i, 480, 60 + i) for i in range(8)))
BASS = Track("Bass", notes=(Note(0, 1920, 36),))
SCORE = Score((TUNE, BASS))


def idea(
    pitches: Sequence[int], seed: int = 0, start: int = 3840, bars: int = 2, sure: float = 0.5
) -> Suggestion:
    ghosts = tuple(Ghost(Note(start + 480 * i, 480, pitch), sure) for i, pitch in enumerate(pitches))
    return Suggestion((Part(0, ghosts),), seed, (start, start + bars * 1920))


def test_a_bar_of_own_notes_stands_before_the_region() -> None:
    (sketch,) = sketches(Ideas((idea([70, 72]),)), SCORE)
    assert sketch.span == (1920, 7680)
    assert sketch.region == (3840, 7680)
    assert sketch.bar_lines == (3840, 5760)
    assert [place[2] for place in sketch.own] == [64, 65, 66, 67]
    assert sketch.parts == (((3840, 4320, 70), (4320, 4800, 72)),)


def test_ideas_share_time_and_pitches() -> None:
    low, high = sketches(Ideas((idea([50]), idea([90], 1))), SCORE)
    assert low.pitches == high.pitches == (50, 90)
    assert low.span == high.span


def test_at_the_beginning_and_in_a_short_region_there_is_less_before() -> None:
    (first,) = sketches(Ideas((idea([70], start=0),)), SCORE)
    assert first.span == (0, 3840)
    (short,) = sketches(Ideas((idea([70], bars=1),)), Score((TUNE,), meters=(MeterChange(0, 12, 8),)))
    assert short.span[0] == 3840 - 960


def test_accepted_notes_become_own_ones_and_replaced_ones_go() -> None:
    found = idea([70, 72])
    after = found.laid_into(SCORE, found.ghosts[:1])
    (sketch,) = sketches(Ideas((found,)), after)
    assert [place[2] for place in sketch.own][-1] == 70
    assert [place[2] for place in sketch.parts[0]] == [72]
    replaced = frozenset(note.id for note in SCORE.tracks[0].notes[4:])
    varied = Suggestion((Part(0, found.ghosts, replaced),), 0, (1920, 3840))
    (sketch,) = sketches(Ideas((varied,)), SCORE)
    assert [place[2] for place in sketch.own] == [62, 63]


def test_several_voices_are_seen_beside_all_tracks_and_chords_by_name() -> None:
    parts = (Part(0, ()), Part(2, (Ghost(Note(3840, 480, 55), 0.5, 1),), new=Track("Alto")))
    (sketch,) = sketches(Ideas((Suggestion(parts, 0, (0, 7680)),)), SCORE)
    assert {place[2] for place in sketch.own} == {36, *range(60, 68)}
    chord = parse_figure("Am7", 0, 1920)
    (sketch,) = sketches(Ideas((Suggestion((), 0, (0, 3840), chords=(chord,)),)), SCORE)
    assert sketch.chords == ((0, 1920, "Am7"),)


def test_how_expected_is_a_geometric_mean() -> None:
    assert expected(idea([60, 62], sure=0.25)) == pytest.approx(0.25)
    assert expected(idea([60, 62], sure=1.0)) is None
    assert expected(idea([])) is None
    assert [expected_step(share) for share in (0.05, 0.2, 0.5)] == [0, 1, 2]


def test_notes_are_found_by_their_start() -> None:
    assert [note.pitch for note in begun_in(TUNE, (480, 1440))] == [61, 62]


def test_a_picture_shows_the_idea_in_the_accent_and_own_notes_without_it(qapp: QApplication) -> None:
    place = ((960, 1920, 60),)
    for parts, own, wanted in (((place,), (), True), ((), place, False)):
        sketch = Sketch((0, 1920), (960, 1920), (960,), (55, 66), own, parts)
        image = sketched(sketch, QSize(100, 40)).toImage()
        colours = {image.pixelColor(x, y).name() for x in range(100) for y in range(40)}
        assert (colour("accent").name() in colours) is wanted
    empty = sketched(Sketch((0, 1920), (0, 1920), (), (60, 60)), QSize(60, 30), 2.0)
    assert empty.devicePixelRatio() == 2.0
    assert empty.width() == 120
