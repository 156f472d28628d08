"""The data room: files of every kind become works with styles; nothing is lost silently; splits keep variants apart."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.score import Note, Score, Track
from studio.files.midi import midi_bytes
from studio.training.music.corpus import NOTATION, PIANO, SONG, Work, read_corpus
from studio.training.music.sources import KINDS, music_files
from studio.training.music.variants import groups, runs_of, split, without_editions

ABC = "X:1\nT:First Reel\nM:4/4\nK:G\nGABc dcBA|G4 z4|\n\nX:2\nT:No key\nGABc\n\nX:3\nT:Short\nK:C\nC4|\n"
SONG_LINE = {
    "melody": [[n * 1.0, 1.0, 60 + n % 5, 0] for n in range(12)],
    "chords": [[0.0, "C"]],
    "title": "Song",
}
KERN = "**kern\t**kern\n*staff2\t*staff1\n" + "".join(f"4C\t4{p}\n" for p in "cdefgabcdef") + "*-\t*-\n"


def work(name: str, pitches: list[int], style: str = "reel") -> Work:
    notes = tuple(Note(240 * n, 240, pitch) for n, pitch in enumerate(pitches))
    return Work(name, name, "book", style, Score((Track(notes=notes),)))


def melody(seed: int, length: int = 40) -> list[int]:
    return np.random.default_rng(seed).integers(55, 80, length).tolist()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "a.abc").write_text(ABC)
    (tmp_path / "book" / "broken.krn").write_text("**kern\n4c\t4d\n")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("sheets/songs.jsonl", json.dumps(SONG_LINE))
        archive.writestr("kern/010-1.krn", KERN)
        archive.writestr("a.mid", midi_bytes(Score((Track(notes=(Note(0, 9, 60),)),))))
        archive.writestr("readme.txt", "nothing")
    return tmp_path


def test_every_kind_becomes_works_or_refusals(place: Path) -> None:
    corpus = read_corpus(place, frozenset(KINDS.values()))
    assert {(w.id, w.style) for w in corpus.works} == {
        ("book/1", "reel"),
        ("sheets/1 Song", SONG),
        ("kern/010-1", PIANO),
    }
    assert {(refusal.name, refusal.reason) for refusal in corpus.refused} == {
        ("a.abc: 2", "no key line"),
        ("3", "fewer than 8 notes of melody"),
        ("broken.krn", "It is damaged: line 2 cannot be read."),
        ("a", "fewer than 8 notes of melody"),
    }
    assert corpus.files == 5
    assert {w.id for w in read_corpus(place).works} == {"book/1", "kern/010-1"}
    assert read_corpus(place) is read_corpus(place, NOTATION)


def test_a_work_knows_its_melody_key_and_voices(place: Path) -> None:
    works = {w.id: w for w in read_corpus(place).works}
    piano = works["kern/010-1"]
    assert [len(voice) for voice in piano.voices()] == [11, 11]
    assert piano.melody[0].pitch == 60
    tune = works["book/1"]
    assert (tune.key.name, tune.bars, tune.source.licence) == ("G major", 2, "not named")
    higher = tune.transposed(2)
    assert higher.melody[0].pitch == tune.melody[0].pitch + 2
    assert higher.score.keys[0].tonic == (tune.score.keys[0].tonic + 2) % 12
    assert higher.steps.tolist() == tune.steps.tolist()


def test_a_place_without_music(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="No music"):
        read_corpus(tmp_path)
    with pytest.raises(StudioError, match="does not exist"):
        list(music_files(tmp_path / "nowhere"))
    (tmp_path / "a.zip").write_bytes(b"no zip")
    with pytest.raises(StudioError, match="damaged or no zip"):
        list(music_files(tmp_path / "a.zip"))


def test_a_member_that_lies_about_its_size_is_a_refusal(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/a.abc", ABC)
    content = bytearray(buffer.getvalue())
    content[60] ^= 255
    (tmp_path / "a.zip").write_bytes(bytes(content))
    assert [bool(file.trouble) for file in music_files(tmp_path / "a.zip")] == [True]


def test_no_variant_crosses_a_split() -> None:
    tunes = [melody(seed) for seed in range(30)]
    works = [work(f"t{n}", tune) for n, tune in enumerate(tunes)]
    works += [work(f"v{n}", [p + 5 for p in tune[:20]] + melody(100 + n, 20)) for n, tune in enumerate(tunes)]
    train, held = split(works, 0.5, 1)
    assert train
    assert held
    names = {w.id[1:] for w in train}
    assert not names & {w.id[1:] for w in held}
    assert split(works[::-1], 0.5, 1)[1][::-1] == held
    assert split(works, 0.5, 2)[1] != held


def test_kin_are_found_in_other_keys_and_editions_counted() -> None:
    tune = melody(1)
    works = [
        work("a", tune, PIANO),
        work("b", melody(2), PIANO),
        work("c", [p + 3 for p in tune] + melody(3, 4), PIANO),
        work("d", tune),
    ]
    assert groups(runs_of(works)) == [[0, 2, 3], [1]]
    assert [(w.id, w.editions) for w in without_editions(works, PIANO)] == [("b", 1), ("c", 2), ("d", 1)]
