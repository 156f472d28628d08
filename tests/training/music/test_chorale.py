"""The chorales' room: reading, duplicates, a split by tune, what is told, and a short run."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.errors import StudioError
from studio.core.score import Note, Score, Track
from studio.engines.music import chorale_rows as rows
from studio.engines.music.chorale_lstm import ChoraleLstmConfig
from studio.files.midi import midi_bytes
from studio.training.music.chorale import ChoraleTraining, Windows, held_out, measured, run
from studio.training.music.chorale_batches import Chunk, Pool, batch_of, joined, known_at_random
from studio.training.music.chorales import Chorale, read_chorales, read_work, split
from studio.training.music.loop import Plan

NETWORK = {"embedding": 8, "hidden": 8, "layers": 1, "ahead": 8, "head": 8, "dropout": 0.1}
OFFSETS = (12, 7, 4, -5)


def score_of(seed: int, shift: int = 0, quarters: int = 40) -> Score:
    melody = 60 + np.random.RandomState(seed).randint(-4, 6, quarters).cumsum() % 9 + shift
    return Score(
        tuple(
            Track(name, notes=tuple(Note(i * 480, 480, int(p) + above) for i, p in enumerate(melody)))
            for name, above in zip(rows.VOICE_NAMES, (5, 0, -5, -12), strict=True)
        )
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    with zipfile.ZipFile(folder / "small_chorales_midi.zip", "w") as archive:
        for seed in range(12):
            archive.writestr(f"work{seed}.mid", midi_bytes(score_of(seed)))
        archive.writestr("work3-again.mid", midi_bytes(score_of(3, shift=2)))
        archive.writestr("solo.mid", midi_bytes(Score((Track("Soprano", notes=(Note(0, 480, 60),)),))))
    with zipfile.ZipFile(folder / "small_chorales_musicxml.zip", "w") as archive:
        archive.writestr("work1.mxl", upbeat_of_a_quarter())
    return folder


def upbeat_of_a_quarter() -> bytes:
    score = (
        "<score-partwise><part id='1'><measure><attributes><divisions>2</divisions><time><beats>4</beats>"
        "<beat-type>4</beat-type></time></attributes><note><duration>2</duration></note></measure>"
        "<measure><note><duration>8</duration></note></measure></part></score-partwise>"
    )
    with zipfile.ZipFile(memory := io.BytesIO(), "w") as archive:
        archive.writestr("META-INF/container.xml", "<a/>")
        archive.writestr("work1.xml", score)
    return memory.getvalue()


def test_duplicates_and_other_music_are_left_out_and_named(data: Path) -> None:
    reading = read_chorales(data)
    assert len(reading.works) == 12
    assert dict(reading.refused) == {"the same notes as another": 1, "not of four voices": 1}


def test_the_upbeat_moves_the_bar_lines(data: Path) -> None:
    works = {work.name: work for work in read_chorales(data).works}
    assert works["work1"].places[:5, 0].tolist() == [12, 13, 14, 15, 0]
    assert works["work2"].places[:2, 0].tolist() == [0, 1]


def test_a_folder_without_chorales_is_said(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="No chorales"):
        read_chorales(tmp_path)


def test_two_notes_at_once_are_no_voice() -> None:
    score = score_of(1)
    doubled = score.with_notes_added(0, [Note(0, 480, 72)])
    with pytest.raises(StudioError, match="two notes at once"):
        read_work("doubled", doubled)


def works_of(*seeds: int) -> tuple[Chorale, ...]:
    return tuple(read_work(f"work{seed}", score_of(seed)) for seed in seeds)


def test_settings_of_one_melody_stay_together() -> None:
    twins = tuple(read_work(f"twin{seed}", score_of(seed, shift=3)) for seed in range(10))
    works = (*works_of(*range(10)), *twins)
    for seed in range(5):
        train, held = split(works, 0.3, seed)
        assert len(train) + len(held) == len(works)
        assert held
        for work in held:
            twin = (
                work.name.replace("work", "twin")
                if "work" in work.name
                else work.name.replace("twin", "work")
            )
            assert twin in {other.name for other in held}


def test_another_key_moves_all_that_is_a_pitch() -> None:
    work = works_of(1)[0]
    twice = Chorale("", *(np.concatenate([x, x]) for x in (work.sounds, work.begins, work.places)))
    chunk = Chunk.whole(twice)
    moved = chunk.moved(3)
    again = Chunk.whole(Chorale("", moved.sounds, moved.begins, moved.places))
    assert (moved.echoes == again.echoes).all()
    assert ((moved.places[:, 3] - chunk.places[:, 3]) % 12 == 3).all()
    assert (moved.sounds - chunk.sounds == 3).all()


def test_batches_stay_within_the_voices_ranges() -> None:
    works = works_of(1, 2, 3)
    pool = Pool(works)
    frames, real = pool.batch(20, 200, np.random.RandomState(1))
    assert frames.sounds.shape == (20, 200, rows.VOICES)
    assert real.sum(1).tolist() == [160] * 20
    for voice in range(rows.VOICES):
        sung = np.concatenate([work.sounds[:, voice] for work in works])
        found = frames.sounds[..., voice][real]
        assert found.min() >= sung.min()
        assert found.max() <= sung.max()


def test_something_is_always_asked() -> None:
    frames, real = Pool(works_of(1, 2)).batch(200, 64, np.random.RandomState(2))
    known = known_at_random(frames, np.random.RandomState(3))
    assert (~known).any((1, 2)).mean() > 0.95
    batch = batch_of(frames, real, known)
    assert not (batch.asked.numpy() & known).any()


def test_padding_is_never_asked() -> None:
    chunks = [Chunk.whole(work) for work in works_of(1)]
    frames, real = joined(chunks, 170)
    assert int(batch_of(frames, real, None).asked.sum()) == 160 * rows.VOICES


def test_a_run_learns_and_is_the_same_again(data: Path, tmp_path: Path) -> None:
    plan = {"seed": 2, "steps": 6, "batch": 4, "evaluate_every": 3, "warmup": 1, "held_out": 0.3}
    windows = {"frames": 32, "blind": 0.5, "bfloat16": False}
    raw = {"family": "music.chorale_lstm", "training": plan, "windows": windows, "network": NETWORK}
    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        for name in ("one", "two"):
            run(raw, data, tmp_path / name)
    torch.set_num_threads(threads)
    one, two = (tmp_path / name / "best.safetensors" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    lines = (tmp_path / "one" / "log.csv").read_text().splitlines()
    assert lines[0] == "step,seconds,train,nats,under_soprano,inner_voices,all_voices"
    assert float(lines[2].split(",")[3]) < float(lines[1].split(",")[3])


def test_the_judges_ask_only_what_is_open() -> None:
    works = list(works_of(1, 2))
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        training = ChoraleTraining(Plan(batch=2), Windows(), ChoraleLstmConfig(**NETWORK), works)  # type: ignore[arg-type]
        asked = held_out(works)
        figures = measured(training.net.eval(), asked)
    assert int(asked["under_soprano"][0].asked.sum()) == 2 * 160 * 3
    assert int(asked["inner_voices"][0].asked.sum()) == 2 * 160 * 2
    assert figures["nats"] == pytest.approx(np.mean(list(figures.values())[1:]))
