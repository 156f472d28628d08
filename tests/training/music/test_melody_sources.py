"""The collections beside the dance tunes: one voice each, on their bars, split by work, with what was lost counted."""

import zipfile
from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.core.score import Note, Score, Track
from studio.engines.music.chorale_rows import VOICE_NAMES
from studio.files.midi import midi_bytes
from studio.training.music.loop import Plan
from studio.training.music.melodies import read_melodies
from studio.training.music.melody_sources import read_right_hands, read_songs, read_sopranos
from studio.training.music.tunes import STYLES
from tests.training.music.sheets import write_sheets

HEAD = "**kern\t**kern\n*part1\t*part1\n*staff2\t*staff1\n*k[]\t*k[]\n*M2/4\t*M2/4\n"


def piano(steps: str, bars: int) -> str:
    """Quarters in the left hand, eighths in the right."""
    lines = [HEAD]
    for bar in range(1, bars + 1):
        lines.append(f"={bar}\t={bar}\n")
        right = [steps[(bar + i * i) % len(steps)] for i in range(4)]
        lines += [f"{'4C' if i % 2 == 0 else '.'}\t8{note}{note}\n" for i, note in enumerate(right)]
    return "".join([*lines, "*-\t*-\n"])


def chorale(shift: int) -> Score:
    """Whole bars of C, F, G7 and C, as four voices."""
    chords = ((72, 67, 64, 48), (72, 69, 65, 53), (74, 67, 65, 55), (71, 67, 65, 55), (72, 67, 64, 48))
    tracks = [
        Track(name, notes=tuple(Note(i * 480, 480, chords[i % 5][v] + shift) for i in range(40)))
        for v, name in enumerate(VOICE_NAMES)
    ]
    return Score(tuple(tracks))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = write_sheets(tmp_path / "data")
    with zipfile.ZipFile(folder / "small_chorales_midi.zip", "w") as archive:
        archive.writestr("one.mid", midi_bytes(chorale(0)))
    with zipfile.ZipFile(folder / "small_kern.zip", "w") as archive:
        for number in range(6):
            archive.writestr(f"kern/00{number}-1-AA.krn", piano("cdefgab"[number:] + "ceg", 30))
            archive.writestr(f"kern/00{number}-1a-BB.krn", piano("cdefgab", 30))
        archive.writestr("kern/009-1-song.krn", "**kern\n4c\n*-\n")
        archive.writestr("kern/010-1-bad.krn", "nothing")
    head = "X:{0}\nT:No {0}\nR:reel\nM:C|\nL:1/8\nK:G\n"
    tunes = [head.format(n) + "".join("CDEFGABc"[i * n % 8] for i in range(64)) for n in range(1, 10)]
    (folder / "tunes.abc").write_text("|\n\n".join(tunes))
    return folder


def test_songs_bring_their_chords(data: Path) -> None:
    found = read_songs(data)
    assert found.works == len(found.tunes) > 0
    assert all(named.chords and named.style == "song" for named in found.tunes)
    assert "keys from chords and melody" in found.remarks


def test_a_soprano_brings_the_chords_of_the_four_voices(data: Path) -> None:
    (named,) = read_sopranos(data).tunes
    assert [note.pitch for note in named.tune.notes[:5]] == [72, 72, 74, 71, 72]
    assert (named.tune.meter, named.tune.tonic, named.tune.mode) == ((4, 4), 0, "major")
    assert [(c.start_ticks, c.name) for c in named.chords[:4]] == [
        (0, "C"),
        (480, "F"),
        (960, "G7"),
        (1920, "C"),
    ]


def test_one_edition_of_each_right_hand_in_sections(data: Path) -> None:
    found = read_right_hands(data)
    assert found.works == 6
    assert found.refused == {"without a right hand's melody": 1, "a file is not a Humdrum score.": 1}
    first = found.tunes[0]
    assert {named.tune.titles[0] for named in found.tunes} == {f"00{n}" for n in range(6)}
    assert first.tune.notes[0].start_ticks == 0
    assert first.tune.meter == (2, 4)
    assert max(n.tune.end_ticks for n in found.tunes) <= 25 * 960


def test_collections_stand_beside_the_tunes_and_works_on_one_side(data: Path) -> None:
    melodies = read_melodies(data, Plan(held_out=0.3, seed=1), ("songs", "chorales", "chopin"))
    assert melodies.styles == (*STYLES, "song", "chorale soprano", "chopin right hand")
    assert melodies.works["chopin"] == 6
    sides = [{(t.style, t.tune.titles[0]) for t in tunes} for tunes in (melodies.train, melodies.held)]
    assert not sides[0] & sides[1]
    alone = read_melodies(data, Plan(held_out=0.3, seed=1))
    assert [t for t in melodies.held if t.style in STYLES] == list(alone.held)


def test_what_is_not_there_is_said(tmp_path: Path, data: Path) -> None:
    with pytest.raises(StudioError, match="no collection 'operas'"):
        read_melodies(data, Plan(), ("operas",))
    with pytest.raises(StudioError, match="No kern scores"):
        read_right_hands(tmp_path)
