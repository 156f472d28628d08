"""Figures of voice leading on examples that a teacher would mark, and the whole measuring with a tiny network."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from studio.engines.catalogue import Catalogue
from studio.engines.music import chorale_rows as rows
from studio.files.midi import midi_bytes, read_midi
from studio.training.music import voice_leading as led
from studio.training.music.chorale import ChoraleTraining, Windows
from studio.training.music.chorale_bundle import write_bundle
from studio.training.music.chorale_evaluation import Bigram, evaluate, melody_of, request_of
from studio.training.music.chorales import read_work
from studio.training.music.loop import Plan
from tests.tiny_models import CHORALE
from tests.training.music.test_chorale import score_of


def frames(*chords: tuple[int, ...]) -> rows.Ints:
    """Chords from the soprano down, in MIDI pitches; 0 is a rest."""
    pitches = np.array(chords, np.int32)
    return np.where(pitches > 0, pitches - rows.LOWEST, rows.REST).astype(np.int32)


def test_parallel_fifths_and_octaves_are_counted() -> None:
    assert led.parallels(frames((72, 67, 60, 48), (74, 69, 60, 48))) == 0  # a fourth between soprano and alto
    assert led.parallels(frames((79, 72, 64, 48), (81, 74, 64, 48))) == 1  # a fifth
    assert led.parallels(frames((72, 67, 64, 48), (74, 67, 64, 50))) == 1  # an octave
    assert led.parallels(frames((72, 67, 64, 48), (72, 67, 64, 48))) == 0  # nothing moves
    assert led.parallels(frames((72, 65, 62, 48), (67, 60, 62, 48))) == 1
    assert led.parallels(frames((72, 65, 0, 48), (67, 60, 62, 36))) == 1  # a rest is no voice
    assert led.parallels(frames((60, 55, 52, 48), (62, 55, 52, 38))) == 0  # contrary motion


def test_crossing_leaps_and_dissonance() -> None:
    assert led.crossed(frames((72, 67, 64, 48), (65, 67, 64, 48), (72, 0, 64, 66))) == 2
    assert led.wide_leaps(frames((72, 67, 64, 36), (72, 67, 64, 50))) == 1
    assert led.dissonant(frames((72, 67, 64, 48), (71, 67, 65, 43), (72, 67, 65, 43))) == 1


def test_the_melody_of_a_work_is_its_soprano() -> None:
    score = score_of(1)
    work = read_work("work", score, upbeat=4)
    melody = melody_of(work)
    assert [(n.start_ticks, n.duration_ticks, n.pitch) for n in melody] == [
        (n.start_ticks, n.duration_ticks, n.pitch) for n in score.tracks[0].notes
    ]
    request = request_of(work)
    assert (request.meter.ticks, request.meter.numerator, request.region_end) == (480, 4, score.end_ticks)


def test_the_bigram_sings_what_it_heard() -> None:
    work = read_work("work", score_of(1))
    sung = Bigram([work]).sing(work, np.random.RandomState(0))
    assert (sung.sounds[:, 0] == work.sounds[:, 0]).all()
    for voice in range(1, rows.VOICES):
        assert set(sung.sounds[:, voice]) <= set(work.sounds[:, voice])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    with zipfile.ZipFile(memory := io.BytesIO(), "w") as archive:
        for seed in range(10):
            archive.writestr(f"work{seed}.mid", midi_bytes(score_of(seed)))
    (folder / "small_chorales_midi.zip").write_bytes(memory.getvalue())
    return folder


def test_a_run_becomes_a_model_that_is_measured_again(data: Path, tmp_path: Path) -> None:
    run, home = tmp_path / "run", tmp_path / "models" / "small"
    run.mkdir()
    (run / "recipe.toml").write_text(
        'family = "music.chorale_lstm"\nid = "small"\nname = "Small"\nsummary = "For tests."\n'
        "[training]\nheld_out = 0.2\n"
    )
    with torch.random.fork_rng(devices=[]):
        net = ChoraleTraining(Plan(), Windows(), CHORALE, [read_work("work", score_of(1))]).net
    save_file(net.state_dict(), run / "best.safetensors")
    config = {"embedding": 12, "hidden": 16, "layers": 2, "ahead": 12, "head": 12, "dropout": 0.3}
    (run / "best.json").write_text(json.dumps({"step": 3, "seconds": 60.0, "config": config}))
    threads = torch.get_num_threads()
    card = write_bundle(run, home, data, {})
    entry = Catalogue.scan((tmp_path / "models",)).entry("small")
    assert evaluate(entry, data) == card["metrics"]
    torch.set_num_threads(threads)
    assert set(card["metrics"]["voice_leading"]) == {"bach", "model", "model_without_the_rule", "bigram"}
    assert card["metrics"]["nats"]["under_soprano"] > 0
    example = read_midi(home / "examples" / "seed-1.mid").score
    assert [track.name for track in example.tracks] == list(rows.VOICE_NAMES)
    assert "Bach" in (home / "README.md").read_text()
