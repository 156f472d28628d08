"""`latent-studio convert` and `engrave`: any score that can be read, as any kind that is written, and as pages."""

from pathlib import Path

import pytest

from studio.core.score import Note, Score, Track
from studio.files.midi import midi_bytes
from studio.files.score_file import read_score
from tests.cli.conftest import Run, refused

ABC = 'X:1\nT:A tune\nM:3/4\nL:1/8\nQ:1/4=96\nK:D\n"D"d2 (3efg a2|"A7"c2 A4|\n'


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    (tmp_path / "tune.abc").write_text(ABC)
    return tmp_path / "tune.abc"


@pytest.mark.parametrize("name", ["a.mid", "a.musicxml", "a.mxl", "a.abc", "A.MIDI"])
def test_every_kind_holds_the_same_music(run: Run, tune: Path, tmp_path: Path, name: str) -> None:
    code, out, err = run("convert", tune, tmp_path / name)
    assert (code, out.strip(), err) == (0, f"{name}: 7 notes on 1 track", "")
    before, after = read_score(tune).score, read_score(tmp_path / name).score
    assert [(n.start_ticks, n.duration_ticks, n.pitch) for n in after.notes()] == [
        (n.start_ticks, n.duration_ticks, n.pitch) for n in before.notes()
    ]
    assert (after.meters, after.keys, after.title) == (before.meters, before.keys, "A tune")
    assert [chord.name for chord in after.chords] == ["D", "A7"]


def test_what_is_not_kept_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.krn").write_text("**kern\t**kern\n*M4/4\t*M4/4\n1C\t2e\n.\t2g\n*-\t*-\n")
    assert run("convert", tmp_path / "in.krn", tmp_path / "out.mid")[0] == 0
    code, _, err = run("convert", tmp_path / "out.mid", tmp_path / "out.abc")
    assert (code, err) == (0, "")
    assert "V:2" in (tmp_path / "out.abc").read_text()
    assert (
        run("convert", tmp_path / "out.abc", tmp_path / "out.mxl")[1].strip()
        == "out.mxl: 3 notes on 2 tracks"
    )
    loud = Score((Track(notes=(Note(0, 480, 60, 20), Note(480, 480, 62, 120))),))
    (tmp_path / "loud.mid").write_bytes(midi_bytes(loud))
    assert (
        "How loud each note is was left out."
        in run("convert", tmp_path / "loud.mid", tmp_path / "loud.abc")[2]
    )


def test_what_cannot_be_done_leaves_no_file(run: Run, tune: Path, tmp_path: Path) -> None:
    refused(run("convert", tune, tmp_path / "a.txt"), "names no kind of score")
    refused(run("convert", tmp_path / "none.abc", tmp_path / "a.mid"), "cannot be opened")
    refused(run("convert", tune, tmp_path / "nowhere" / "a.mxl"), "could not be written")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tune.abc"]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("name", "head"), [("a.pdf", b"%PDF"), ("a.png", b"\x89PNG"), ("a.svg", b"<svg")])
def test_pages_are_engraved(run: Run, tune: Path, tmp_path: Path, name: str, head: bytes) -> None:
    code, out, err = run("engrave", tune, "-o", tmp_path / name)
    assert (code, out.replace("\n", ""), err) == (0, str(tmp_path / name), "")
    assert (tmp_path / name).read_bytes().startswith(head)


@pytest.mark.usefixtures("qapp")
def test_what_cannot_be_engraved_is_said(run: Run, tune: Path, tmp_path: Path) -> None:
    assert run("engrave", tune, "-o", tmp_path / "a.txt")[0] == 2
    refused(run("engrave", tune, "-o", tmp_path / "nowhere" / "a.pdf"), "could not be written")
    refused(run("engrave", tmp_path / "none.abc", "-o", tmp_path / "a.pdf"), "cannot be opened")
