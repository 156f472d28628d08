"""The phrase engine keeps every promise whatever its weights are: these tests run a small untrained network."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.attributes import ATTRIBUTES, LENGTHS, Quantiles
from studio.core.card import Card, WeightsInfo
from studio.core.errors import StudioError
from studio.core.messages import DecodePhrasesRequest, EncodePhrasesRequest, PhraseFrame
from studio.core.music_messages import Notes
from studio.core.score import KeySignature, MeterChange, Note
from studio.core.theory import guess_key, scale_pitches
from studio.engines.base import Latents, PhraseEngine
from studio.engines.music import phrase_grid as pg
from studio.engines.music.melody_vae import MelodyVae, MelodyVaeConfig
from studio.engines.music.melody_vae_engine import MelodyVaeEngine, config_of

Z = 8
CONFIG = MelodyVaeConfig(("reel", "jig"), Z, 12, 10, 14, 8, attributes=ATTRIBUTES)
TABLES = {name: [list(np.linspace(0, 20, 9))] * len(LENGTHS) for name in ATTRIBUTES}
CARD = Card(
    "tiny",
    "Tiny",
    "music.melody_vae",
    "",
    WeightsInfo("a", "b"),
    styles=CONFIG.styles,
    config={"attributes": TABLES},
)
TUNE = tuple(Note(i * 240, 240, p) for i, p in enumerate((62, 66, 69, 74, 73, 69, 66, 64) * 4))
FRAME = PhraseFrame(0, 2, key=KeySignature(0, 2))
REQUEST = DecodePhrasesRequest("tiny", FRAME, samples=3, temperature=1.0, seed=5)


@pytest.fixture(autouse=True)
def random_as_it_was() -> Iterator[None]:
    with torch.random.fork_rng():
        yield


def tiny() -> MelodyVaeEngine:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        net = MelodyVae(CONFIG)
        for parameter in net.parameters():
            torch.nn.init.normal_(parameter, std=0.4)
        net.directions.normal_()
    return MelodyVaeEngine(CARD, net)


ENGINE = tiny()


def encode(*phrases: tuple[PhraseFrame, Notes]) -> tuple[Latents, tuple[PhraseFrame, ...], tuple[str, ...]]:
    return ENGINE.encode_phrases(EncodePhrasesRequest("tiny", phrases))


def test_it_is_a_phrase_engine() -> None:
    assert isinstance(ENGINE, PhraseEngine)
    names = [slider.name for slider in ENGINE.info.directions]
    assert names == [*ATTRIBUTES, *(f"latent-{i}" for i in range(Z))]


def test_the_network_has_the_shapes_that_it_says() -> None:
    net, tokens = ENGINE.net, torch.randint(0, pg.VOCABULARY, (5, 6, pg.SLOTS))
    place = net.places(torch.zeros(5, dtype=torch.long), 2, 6)
    mean, log_variance = net.encode(tokens, place)
    assert mean.shape == log_variance.shape == (5, Z)
    assert net(mean, tokens, place).shape == (5, 6, pg.SLOTS, pg.VOCABULARY)


def test_what_was_not_written_yet_is_not_seen() -> None:
    net, tokens = ENGINE.net, torch.randint(0, pg.VOCABULARY, (1, 4, pg.SLOTS))
    place, z = net.places(torch.zeros(1, dtype=torch.long), 2, 4), torch.zeros(1, Z)
    changed = tokens.clone()
    changed[0, 2, 3] = (changed[0, 2, 3] + 1) % pg.VOCABULARY
    one, two = net(z, tokens, place)[0], net(z, changed, place)[0]
    assert torch.equal(one.flatten(0, 1)[:16], two.flatten(0, 1)[:16])  # up to and with the changed slot
    assert not torch.equal(one.flatten(0, 1)[16:], two.flatten(0, 1)[16:])


def test_a_phrase_becomes_a_latent_in_its_own_key_and_octave() -> None:
    low = tuple(replace(note, pitch=note.pitch - 41) for note in TUNE)
    (one, two), frames, warnings = encode(
        (FRAME, TUNE[:16]), (replace(FRAME, key=KeySignature(0, 3)), low[:16])
    )
    assert one == pytest.approx(two)
    assert (len(one), warnings) == (Z, ())
    assert [frame.octave for frame in frames] == [5, 1]


def test_a_key_that_is_not_told_is_guessed_and_phrases_share_an_octave() -> None:
    high = tuple(replace(note, pitch=note.pitch + 9) for note in TUNE[:16])
    _, frames, _ = encode((PhraseFrame(0, 2), TUNE[:16]), (PhraseFrame(0, 2, key=KeySignature(0, -1)), high))
    assert frames[0].key == guess_key((*TUNE[:16], *high)).signature
    assert frames[0].octave == frames[1].octave


def test_what_the_phrase_loses_is_told() -> None:
    chord = (Note(0, 470, 62), Note(0, 470, 66), Note(500, 480, 69))
    _, _, warnings = encode((FRAME, chord))
    assert any("one voice" in text for text in warnings)
    assert any("moved" in text for text in warnings)
    _, _, warnings = encode((FRAME, TUNE[:16]), (FRAME, chord))
    assert all(text.startswith("Phrase 2: ") for text in warnings)


def test_the_same_request_is_the_same_phrase_alone_and_among_others() -> None:
    phrases, latents = ENGINE.decode_phrases(REQUEST)
    again, _ = ENGINE.decode_phrases(REQUEST)
    assert phrases == again
    assert len(set(phrases)) == 3
    for k in range(3):
        alone, own = ENGINE.decode_phrases(replace(REQUEST, samples=1, seed=5 + k))
        assert (alone[0], own[0]) == (phrases[k], latents[k])
    many, _ = ENGINE.decode_phrases(replace(REQUEST, samples=19))
    assert many[:3] == phrases


def test_the_likeliest_phrase_needs_no_seed() -> None:
    point = (tuple(np.linspace(-1, 1, Z)),)
    wishes = [replace(REQUEST, latents=point, temperature=0.0, seed=seed) for seed in (1, 2)]
    assert ENGINE.decode_phrases(wishes[0]) == ENGINE.decode_phrases(wishes[1])


def test_styles_and_sliders_change_the_phrase() -> None:
    point = replace(REQUEST, latents=((0.0,) * Z,), temperature=0.0)
    plain = ENGINE.decode_phrases(point)
    assert ENGINE.decode_phrases(replace(point, styles=(("jig", 1.0),)))[0] != plain[0]
    _, moved = ENGINE.decode_phrases(replace(point, offsets=(("latent-1", 2.0),)))
    assert moved[0] == pytest.approx((0.0, 2.0, *(0.0,) * (Z - 2)))


def test_a_slider_of_an_attribute_moves_its_prediction_and_no_other() -> None:
    point = replace(REQUEST, latents=((0.0,) * Z,))
    _, moved = ENGINE.decode_phrases(replace(point, offsets=(("register", 1.5),)))
    told = ENGINE.net.directions[0].numpy() @ np.array(moved[0])
    assert told == pytest.approx([1.5 if name == "register" else 0.0 for name in ATTRIBUTES], abs=1e-4)


def test_attributes_pull_a_phrase_and_never_out_of_its_bounds() -> None:
    wish = replace(REQUEST, scale=scale_pitches(2, "dorian"), low=50, high=70, samples=9)
    phrases, latents = ENGINE.decode_phrases(replace(wish, attributes=(("density", 0.9), ("register", 0.1))))
    assert latents != ENGINE.decode_phrases(wish)[1]
    assert all(50 <= n.pitch <= 70 and n.pitch % 12 in wish.scale for phrase in phrases for n in phrase)


@settings(max_examples=300)
@given(
    st.sampled_from(((4, 4), (2, 2), (6, 8), (9, 8), (3, 4), (7, 8), (5, 4), (2, 4))),
    st.sampled_from((2, 4)),
    st.tuples(st.integers(0, 127), st.integers(0, 127)).filter(lambda pair: abs(pair[0] - pair[1]) >= 12),
    st.sampled_from(("major", "minor pentatonic", "blues", "whole tone", "chromatic")),
    st.integers(0, 11),
    st.sampled_from((0.0, 0.7, 4.0)),
    st.integers(0, 2**32 - 1),
)
def test_no_note_is_out_of_scale_range_or_frame(meter, bars, bounds, scale, tonic, temperature, seed) -> None:
    if meter == (5, 4) and bars == 4:
        bars = 2
    low, high = sorted(bounds)
    pitches = scale_pitches(tonic, scale)
    frame = PhraseFrame(1920, bars, MeterChange(0, *meter), KeySignature(0, seed % 15 - 7), seed % 8 + 1)
    wish = DecodePhrasesRequest(
        "tiny", frame, samples=2, scale=pitches, low=low, high=high, temperature=temperature, seed=seed
    )
    end = 1920 + bars * frame.meter.bar_ticks
    for phrase in ENGINE.decode_phrases(wish)[0]:
        assert all(low <= note.pitch <= high and note.pitch % 12 in pitches for note in phrase)
        assert all(1920 <= note.start_ticks < note.end_ticks <= end for note in phrase)
        assert all(a.end_ticks <= b.start_ticks for a, b in pairwise(phrase))
        assert pg.encode(phrase, 1920, pg.Grid(*meter, bars), 60).loss.moved == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"samples": 0}, "Between 1 and 256 phrases"),
        ({"samples": 999}, "Between 1 and 256 phrases"),
        ({"temperature": float("nan")}, "Temperature"),
        ({"temperature": -1.0}, "Temperature"),
        ({"styles": (("tango", 1.0),)}, "style 'tango'"),
        ({"offsets": (("up", 1.0),)}, "direction named 'up'"),
        ({"attributes": (("beauty", 1.0),)}, "attribute 'beauty'"),
        ({"attributes": (("density", 1.5),)}, "from 0 to 1"),
        ({"latents": ((0.0,),)}, "has 8 numbers"),
        ({"latents": ((float("inf"),) * Z,)}, "a number that is none"),
        ({"scale": frozenset({1}), "low": 62, "high": 63}, "No pitch of that scale"),
        ({"frame": PhraseFrame(0, 3)}, "2 or 4 bars here, not 3"),
        ({"frame": PhraseFrame(0, 4, MeterChange(0, 6, 4))}, "too long for this model"),
    ],
)
def test_bad_wishes_are_refused_in_a_sentence(changes: dict[str, object], words: str) -> None:
    with pytest.raises(StudioError, match=words):
        ENGINE.decode_phrases(replace(REQUEST, **changes))  # type: ignore[arg-type]


def test_a_card_of_another_shape_is_refused() -> None:
    with pytest.raises(StudioError, match="does not describe a phrase model"):
        config_of(replace(CARD, config={"attributes": 3}))
    assert Quantiles(TABLES).rank("density", 10.0, 2) == 0.5
