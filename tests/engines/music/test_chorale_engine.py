"""The chorale engine keeps every promise whatever its weights are: these tests run a small untrained network."""

import dataclasses
import itertools
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.card import Card, WeightsInfo
from studio.core.chords import Chord
from studio.core.errors import Cancelled, StudioError
from studio.core.messages import ScoreNotesRequest, VoicesCandidate, VoicesRequest
from studio.core.score import Note
from studio.engines.base import ScoringEngine, VoicesEngine
from studio.engines.music import chorale_rows as rows
from studio.engines.music.chorale_engine import ChoraleEngine
from studio.engines.music.chorale_lstm import ChoraleLstm, ChoraleLstmConfig
from studio.engines.music.chorale_stepping import ChoraleStepper
from tests.engines.music.voices_requests import overlap, random_request, violations

CONFIG = ChoraleLstmConfig(embedding=12, hidden=16, layers=2, ahead=12, head=12)
CARD = Card("tiny", "Tiny", "music.chorale_lstm", "", WeightsInfo("a", "b"))
BAR = 1920


@pytest.fixture(autouse=True)
def random_as_it_was() -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        yield


def tiny() -> ChoraleEngine:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        return ChoraleEngine(CARD, ChoraleLstm(CONFIG))


ENGINE = tiny()
MELODY = tuple(
    Note(i * 480, 480, pitch, 90, id=i) for i, pitch in enumerate((67, 69, 71, 72, 71, 69, 67, 66))
)
REQUEST = VoicesRequest(
    "tiny", (MELODY, (), (), ()), (False, True, True, True), 0, 2 * BAR, seed=5, candidates=2, sweeps=2
)


def ask(**changes: object) -> tuple[VoicesCandidate, ...]:
    return ENGINE.compose_voices(dataclasses.replace(REQUEST, **changes))  # type: ignore[arg-type]


def test_it_is_an_engine_for_voices_and_judges_notes() -> None:
    assert isinstance(ENGINE, VoicesEngine)
    assert isinstance(ENGINE, ScoringEngine)


def test_a_melody_gets_three_voices_and_is_not_written_anew() -> None:
    for candidate in ask():
        assert candidate.voices[0] == ()
        assert all(candidate.voices[1:])
        assert not any(overlap(list(voice)) for voice in candidate.voices)


def test_under_a_melody_no_voice_rests() -> None:
    for voice in ask()[0].voices[1:]:
        assert sum(note.duration_ticks for note in voice) == 2 * BAR


def test_each_candidate_is_the_same_alone_and_among_others() -> None:
    several = ask(candidates=3)
    assert [candidate.seed for candidate in several] == [5, 6, 7]
    for k in range(3):
        assert ask(candidates=1, seed=5 + k)[0].voices == several[k].voices
    assert len({candidate.voices for candidate in several}) == 3


def test_every_note_is_scored_and_the_melody_too() -> None:
    candidate = ask()[0]
    assert [len(s) for s in candidate.scores] == [len(v) for v in candidate.voices]
    assert [len(s) for s in candidate.kept_scores] == [len(MELODY), 0, 0, 0]
    for score in (*itertools.chain(*candidate.scores), *candidate.kept_scores[0]):
        assert 0 < score.probability < 1
        assert score.rank >= 1
        assert len(score.alternatives) == 5
        chances = [chance for _, chance in score.alternatives]
        assert chances == sorted(chances, reverse=True)
        if score.rank <= 5:
            assert score.alternatives[score.rank - 1][1] == pytest.approx(score.probability)


def test_a_melody_is_scored_note_by_note() -> None:
    scores = ENGINE.score_notes(ScoreNotesRequest("tiny", MELODY))
    assert len(scores) == len(MELODY)
    assert ENGINE.score_notes(ScoreNotesRequest("tiny", ())) == ()


def test_a_melody_off_the_grid_is_harmonised_on_it() -> None:
    triplets = tuple(Note(i * 160, 160, 67 + i % 5) for i in range(24))
    candidate = ask(voices=(triplets, (), (), ()))[0]
    assert all(note.start_ticks % rows.STEP_TICKS == 0 for voice in candidate.voices for note in voice)
    assert len(candidate.kept_scores[0]) == len(triplets)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_fewer_voices_than_four(count: int) -> None:
    written = (False, *(True,) * (count - 1)) if count > 1 else (True,)
    voices = (MELODY, *((),) * (count - 1)) if count > 1 else ((),)
    candidate = ask(voices=voices, written=written)[0]
    assert len(candidate.voices) == count
    assert candidate.voices[-1]


def test_a_bass_gets_voices_above() -> None:
    bass = tuple(dataclasses.replace(note, pitch=note.pitch - 24) for note in MELODY)
    candidate = ask(voices=((), (), (), bass), written=(True, True, True, False))[0]
    assert all(candidate.voices[:3])


def test_chords_bind_the_beats() -> None:
    chords = (Chord(0, BAR, 0), Chord(BAR, BAR, 7, "7", 11))
    for candidate in ask(chords=chords, voices=((), (), (), ()), written=(True,) * 4):
        for voice in candidate.voices:
            for beat in range(0, 2 * BAR, 480):
                tones = chords[beat // BAR].pitch_classes
                assert all(n.pitch % 12 in tones for n in voice if n.overlaps(beat, beat + 1))
        assert {n.pitch % 12 for n in candidate.voices[3] if n.overlaps(BAR, BAR + 1)} <= {11}


def test_progress_goes_from_its_beginning_to_its_end() -> None:
    told: list[tuple[int, int]] = []
    ENGINE.compose_voices(REQUEST, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (3 * 32, 3 * 32)
    assert told[0] == (8, 3 * 32)


def test_a_cancelled_request_ends_on_the_way() -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        ENGINE.compose_voices(REQUEST, stop)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"candidates": 9}, "candidates"),
        ({"temperature": 0.0}, "Temperature"),
        ({"sweeps": 65}, "sweeps"),
        ({"region_end": 60}, "room"),
        ({"written": (False,) * 4}, "No voice"),
        ({"written": (True,)}, "own entry"),
        ({"voices": ((),) * 5}, "voices"),
        ({"ranges": ((60, 60),) * 4, "scale": frozenset({1})}, "No note of this scale"),
        ({"region_end": 10**9}, "too long"),
        ({"written": (False, True, True, True), "locked": ((), *((Note(0, 2 * BAR, 60),),) * 3)}, "nothing"),
    ],
)
def test_what_cannot_be_met_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(StudioError, match=words):
        ask(**changes)


def test_stepping_is_the_network_that_was_trained() -> None:
    net = ChoraleLstm(CONFIG).eval()
    draw = np.random.RandomState(1)
    past = torch.from_numpy(
        np.stack([draw.randint(0, s, (3, 9)) for s in rows.PAST_SIZES], -1).astype(np.int32)
    )
    stepper = ChoraleStepper(net)
    stepper.begin(3)
    with torch.inference_mode():
        whole = net.remember(past)
        for t in range(9):
            assert torch.allclose(torch.cat(stepper.step(past[:, t]), -1), whole[:, t], atol=1e-5)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_nothing_is_ever_written_where_it_may_not(seed: int) -> None:
    request = random_request(seed)
    try:
        candidate = ENGINE.compose_voices(request)[0]
    except StudioError:
        return  # said in words: no room, nothing to write, no note of the scale in the range
    assert violations(request, candidate) == []
    assert [len(s) for s in candidate.scores] == [len(v) for v in candidate.voices]
