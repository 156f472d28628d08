"""Rows for the chorale network: ages, echoes, what is seen, and one voice's row as in the whole batch."""

import numpy as np
import pytest

from studio.core.score import MeterChange
from studio.engines.music import chorale_rows as rows


def frames_of(length: int = 40, seed: int = 1) -> rows.Frames:
    draw = np.random.RandomState(seed)
    sounds = draw.randint(10, 40, (2, length, rows.VOICES)).astype(np.int32)
    begins = draw.random_sample(sounds.shape) < 0.3
    for t in range(1, length):
        sounds[:, t] = np.where(begins[:, t], sounds[:, t], sounds[:, t - 1])
    sounds[0, 5:9, 2] = rows.REST
    begins[0, 5:9, 2] = False
    begins[0, 9, 2] = True
    begins[:, 0] = True
    echoes = np.stack([rows.echoes_of(s, b) for s, b in zip(sounds, begins, strict=True)])
    places = np.zeros((2, length, len(rows.PLACE_SIZES)), np.int32)
    return rows.Frames(sounds, begins, places, echoes, np.array([True, False]))


def test_before_the_first_frame_is_outside_or_unknown() -> None:
    sounds, ages = frames_of().before()
    assert (sounds[0, 0] == rows.OUTSIDE).all()
    assert (sounds[1, 0] == rows.MASKED).all()
    assert (ages[:, 0] == rows.AGES - 1).all()


def test_ages_count_from_the_last_beginning() -> None:
    frames = frames_of()
    _, ages = frames.before()
    for t in range(1, 40):
        begun = np.flatnonzero(frames.begins[1, :t, 0])
        assert ages[1, t, 0] == min(t - begun[-1], rows.AGES - 1)


def test_targets_tell_holding_from_singing_again() -> None:
    frames = frames_of()
    targets = frames.targets()
    assert (targets[frames.begins] == frames.sounds[frames.begins] + rows.FIRST_PITCH).all()
    assert (targets[0, 5:9, 2] == rows.SILENT).all()
    held = ~frames.begins & (frames.sounds != rows.REST)
    assert (targets[held] == rows.HOLD).all()


def test_a_phrase_that_comes_again_is_heard() -> None:
    frames = frames_of()
    sounds, begins = (np.concatenate([x[1, :30], x[1, :30]]) for x in (frames.sounds, frames.begins))
    echoes = rows.echoes_of(sounds, begins)
    classes = rows.classes_of(sounds, begins)
    assert (echoes[:30, : rows.VOICES] == rows.NO_ECHO).all()
    assert (echoes[30 + rows.ECHO :, : rows.VOICES] == classes[30 + rows.ECHO :]).all()
    assert echoes[30 + rows.ECHO :, rows.VOICES].tolist() == sorted(echoes[30 + rows.ECHO :, rows.VOICES])


def test_one_voice_alone_has_the_row_of_the_batch() -> None:
    frames = frames_of(80)
    known = np.random.RandomState(2).random_sample(frames.sounds.shape) < 0.5
    before = frames.before()
    whole = rows.voice_rows(before, frames, known)
    for t in (0, 3, 30, 79):
        for voice in range(rows.VOICES):
            seen = known[:, t] | (np.arange(rows.VOICES) < voice)
            now = rows.masked(frames.sounds[:, t], frames.begins[:, t], seen)
            earlier = before[0][:, t], before[1][:, t]
            row = rows.voice_row(voice, earlier, now, frames.places[0, t], frames.echoes[:, t])
            assert (row == whole[:, t, voice]).all()


def test_rows_stay_within_their_tables() -> None:
    frames = frames_of()
    before = frames.before()
    known = np.zeros(frames.sounds.shape, bool)
    for found, sizes in (
        (rows.past_rows(*before, frames.places), rows.PAST_SIZES),
        (rows.ahead_rows(frames, known), rows.AHEAD_SIZES),
        (rows.voice_rows(before, frames, known), rows.VOICE_SIZES),
    ):
        assert found.shape[-1] == len(sizes)
        assert found.min() >= 0
        assert (found < np.array(sizes)).all()


@pytest.mark.parametrize(
    ("meter", "shift", "first"), [((4, 4), 0, [0, 1]), ((3, 4), -4, [8, 9]), ((12, 8), 0, [0, 1])]
)
def test_places_follow_the_metre_and_the_upbeat(meter: tuple[int, int], shift: int, first: list[int]) -> None:
    places = rows.places_of((MeterChange(0, *meter),), 0, 60, (7, 1), shift)
    assert places[:2, 0].tolist() == first
    assert (places[:, 3:] == (7, 1)).all()
    assert places[:, 0].max() < rows.BAR_PLACES


def test_a_change_of_metre_begins_a_bar() -> None:
    places = rows.places_of((MeterChange(0, 4, 4), MeterChange(2400, 3, 4)), 0, 40, rows.UNKNOWN_KEY)
    assert places[20:32, 0].tolist() == list(range(12))
    assert places[[0, 20], 2].tolist() == [0, 1]
