"""Textures from an untrained network: every constraint of a request holds, and a seed means the same notes."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from studio.core.card import Card, WeightsInfo
from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.messages import ComposeRequest, ScoreNotesRequest
from studio.core.score import MeterChange, Note
from studio.engines.base import MusicEngine, ScoringEngine
from studio.engines.music import frames as fr
from studio.engines.music.frame_choices import DONE, Odds, drawn
from studio.engines.music.polyphony_engine import PolyphonyEngine, config_of
from tests.tiny_polyphony import POLYPHONY, untrained

PIECE = tuple(Note(480 * i, 480, 48 + 7 * (i % 3)) for i in range(8))


def make_engine() -> PolyphonyEngine:
    card = Card("tiny", "Tiny", "music.polyphony_lstm", "", WeightsInfo("", ""), styles=POLYPHONY.styles)
    return PolyphonyEngine(card, untrained())


ENGINE = make_engine()


@st.composite
def notes(draw: st.DrawFn, count: int) -> tuple[Note, ...]:
    """Some on the grid of sixteenths, some not."""
    made = []
    for _ in range(draw(st.integers(0, count))):
        start, length = draw(st.integers(0, 3000)), draw(st.integers(1, 900))
        if draw(st.booleans()):
            start, length = start // 120 * 120, length // 120 * 120 + 120
        made.append(Note(start, length, draw(st.integers(15, 110))))
    return tuple(made)


@st.composite
def requests(draw: st.DrawFn) -> ComposeRequest:
    start = draw(st.integers(0, 2400))
    low = draw(st.integers(0, 100))
    scale = draw(st.none() | st.frozensets(st.integers(0, 11), min_size=3))
    return ComposeRequest(
        "tiny",
        draw(notes(6)),
        start,
        start + draw(st.integers(240, 1500)),
        locked=draw(notes(4)),
        candidates=draw(st.integers(1, 3)),
        temperature=draw(st.floats(0.2, 2.0)),
        top_p=draw(st.floats(0.1, 1.0)),
        seed=draw(st.integers(0, 2**32)),
        meter=MeterChange(draw(st.sampled_from((0, 50))), *draw(st.sampled_from(((4, 4), (6, 8), (5, 16))))),
        scale=scale,
        low=low,
        high=draw(st.integers(low, 127)),
        polyphony=draw(st.integers(0, 4)),
        must_start=draw(st.frozensets(st.integers(0, 11), max_size=3)),
        best_of=draw(st.sampled_from((1, 1, 2))),
    )


def violations(request: ComposeRequest, written: tuple[Note, ...]) -> list[str]:
    """What a candidate does that it must not."""
    fixed = {*request.prompt, *request.locked}  # one that stands in both is one note
    found = []
    for note in written:
        if note.start_ticks < request.region_start or note.end_ticks > request.region_end:
            found.append("region")
        if not request.low <= note.pitch <= request.high:
            found.append("range")
        if request.scale is not None and note.pitch % 12 not in request.scale:
            found.append("scale")
        others = [n for n in (*fixed, *written) if n is not note and n.pitch == note.pitch]
        if any(n.overlaps(note.start_ticks, note.end_ticks) for n in others):
            found.append("overlap")
        sounding = [n for n in (*fixed, *written) if n.overlaps(note.start_ticks, note.start_ticks + 1)]
        if note is written[0] and request.must_start and note.pitch % 12 not in request.must_start:
            found.append("start")
        if request.polyphony and len(sounding) > request.polyphony:
            found.append("polyphony")
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(requests())
def test_no_request_is_violated(request: ComposeRequest) -> None:
    keys = range(max(request.low, fr.LOWEST_KEY), min(request.high + 1, fr.LOWEST_KEY + fr.KEYS))
    classes = {key % 12 for key in keys} & (request.scale or set(range(12)))
    assume(classes & (request.must_start or classes))
    candidates = ENGINE.compose(request)
    assert [c.seed for c in candidates] == [request.seed + k for k in range(request.candidates)]
    for candidate in candidates:
        assert not violations(request, candidate.notes)
        assert len(candidate.notes) == len(candidate.scores) == len(candidate.probabilities)
        assert all(0 <= p <= 1 for p in candidate.probabilities)


def test_a_seed_means_the_same_notes_alone_and_among_others() -> None:
    request = ComposeRequest("tiny", PIECE, 3840, 5760, candidates=3, seed=7)
    many = ENGINE.compose(request)
    for k in range(3):
        alone = ENGINE.compose(replace(request, candidates=1, seed=7 + k))
        assert alone[0] == many[k]
    assert len({candidate.notes for candidate in many}) == 3
    assert all(candidate.notes for candidate in many)


def test_the_best_of_several_is_the_likeliest() -> None:
    request = ComposeRequest("tiny", PIECE, 3840, 4800, candidates=2, seed=7)
    one, three = ENGINE.compose(request), ENGINE.compose(replace(request, best_of=3))
    for k in range(2):
        means = [
            sum(map(math.log, answer[k].probabilities)) / len(answer[k].notes) for answer in (one, three)
        ]
        assert means[1] >= means[0]
    assert ENGINE.compose(replace(request, candidates=1, seed=8, best_of=3))[0] == three[1]


def test_voices_sound_together_and_ring_on() -> None:
    (answer,) = ENGINE.compose(ComposeRequest("tiny", (), 0, 3840, seed=1))
    starts = [note.start_ticks for note in answer.notes]
    assert len(starts) > len(set(starts))
    assert max(note.duration_ticks for note in answer.notes) > fr.FRAME_TICKS
    assert starts == sorted(starts)


def test_the_piece_before_the_style_and_the_place_are_heard() -> None:
    request = ComposeRequest("tiny", PIECE, 3840, 4800, seed=3)
    plain = ENGINE.compose(request)
    for other in (
        replace(request, prompt=PIECE[:-1]),
        replace(request, styles=(("waltz", 1.0),)),
        replace(request, meter=MeterChange(0, 3, 4)),
    ):
        assert ENGINE.compose(other) != plain


def test_a_streamed_answer_grows_to_the_whole() -> None:
    shown = []
    request = ComposeRequest("tiny", (), 0, 3 * 1920, seed=2, streaming=True)
    (whole,) = ENGINE.compose(request, show=lambda candidates, until: shown.append((candidates[0], until)))
    assert [until for _, until in shown] == [1920, 3840]
    for part, _ in shown:
        assert set(part.notes) <= set(whole.notes)


def test_chords_draw_the_notes_to_them() -> None:
    request = ComposeRequest("tiny", (), 0, 4 * 1920, seed=2)
    chords = (Chord(0, 2 * 1920, 0), Chord(2 * 1920, 2 * 1920, 7, "7"))

    def share_inside(asked: ComposeRequest) -> float:
        (answer,) = ENGINE.compose(asked)
        sounds = [n.pitch % 12 in chords[n.start_ticks >= 3840].pitch_classes for n in answer.notes]
        return sum(sounds) / len(sounds)

    assert share_inside(request) < 0.5
    assert share_inside(replace(request, chords=chords)) > 0.7
    assert share_inside(replace(request, chords=chords, guidance=10.0)) == 1.0


def test_an_answer_is_never_empty() -> None:
    engine = make_engine()
    engine._net.head.from_state.bias.data[: fr.KEYS] -= 60.0
    for seed in range(4):
        assert engine.compose(ComposeRequest("tiny", (), 0, 480, seed=seed, scale=frozenset({2})))[0].notes


def test_notes_that_a_person_wrote_are_scored_as_its_own() -> None:
    request = ComposeRequest("tiny", PIECE, 3840, 5760, seed=5, styles=(("waltz", 0.5),), low=30, polyphony=4)
    (answer,) = ENGINE.compose(request)
    scores = ENGINE.score_notes(ScoreNotesRequest("tiny", (*PIECE, *answer.notes), request.styles))
    assert len(scores) == len(PIECE) + len(answer.notes)
    for one, two in zip(scores[len(PIECE) :], answer.scores, strict=True):
        assert one.probability == pytest.approx(two.probability, rel=1e-3)
        assert (one.rank, [p for p, _ in one.alternatives]) == (two.rank, [p for p, _ in two.alternatives])
    assert ENGINE.score_notes(ScoreNotesRequest("tiny", ())) == ()
    assert ENGINE.score_notes(ScoreNotesRequest("tiny", (Note(0, 60, 5),)))[0].probability == 0


@pytest.mark.parametrize(
    "change",
    [
        {"candidates": 9},
        {"top_p": 0.0},
        {"temperature": float("nan")},
        {"styles": (("polka", 1.0),)},
        {"rhythm": ((0, 480),)},
        {"must_end": frozenset({0})},
        {"must_start": frozenset({0}), "scale": frozenset({1})},
        {"best_of": 0},
        {"region_end": 60},
        {"low": 109},
    ],
)
def test_what_it_cannot_do_is_said(change: dict[str, object]) -> None:
    with pytest.raises(StudioError):
        ENGINE.compose(replace(ComposeRequest("tiny", (), 0, 1920), **change))  # type: ignore[arg-type]


def test_it_is_a_music_engine_and_a_benchmark_net_is_not() -> None:
    assert isinstance(ENGINE, MusicEngine)
    assert isinstance(ENGINE, ScoringEngine)
    card = Card("b", "B", "music.polyphony_lstm", "", WeightsInfo("", ""), config={"planes": 1})
    with pytest.raises(StudioError, match="benchmark"):
        config_of(card)
    with pytest.raises(StudioError, match="does not describe"):
        config_of(replace(card, config={"hidden": "many"}))


def test_the_choices_of_a_frame_are_its_joint_distribution() -> None:
    random = np.random.default_rng(3)
    odds = Odds.of(random.normal(0, 3, (2, 2, fr.KEYS)), random.random((2, fr.KEYS)) < 0.3)
    np.testing.assert_allclose(odds.off + odds.ring + odds.strike, 1.0)
    options = odds.options(np.array([0, 50]))
    np.testing.assert_allclose(np.exp(options).sum(1), 1.0)
    assert not np.isfinite(options[1, :50]).any()
    expected = odds.off[0, :5].prod() * odds.strike[0, 5]
    assert np.exp(options[0, 5]) == pytest.approx(expected)
    assert np.exp(options[0, DONE]) == pytest.approx(odds.off[0].prod())


def test_top_p_leaves_the_music_as_dense_as_it_was() -> None:
    options = np.full(2 * fr.KEYS + 1, -np.inf)
    options[:50] = np.log(np.linspace(0.001, 0.019, 50))  # half of all: a key is struck
    options[DONE] = np.log(0.5)
    mask = np.isfinite(options)
    uniforms = np.linspace(0.0005, 0.9995, 1000)
    for temperature, top_p in ((1.0, 1.0), (1.0, 0.3), (0.3, 0.9)):
        chosen = [drawn(options, mask, u, temperature, top_p) for u in uniforms]
        assert sum(choice == DONE for choice in chosen) == pytest.approx(500, abs=2)
    assert min(drawn(options, mask, u, 1.0, 0.3) for u in uniforms) > 35
