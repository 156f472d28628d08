"""`latent-studio compose` and `infill`: what is kept, what programs are told, and the same bytes from the recipe."""

import json
from pathlib import Path

import pytest

from studio.cli import common
from studio.core.recipe import recipe_from_json
from studio.core.score import Note, Score, Track
from studio.files.midi import read_midi, write_midi
from tests.cli.conftest import Run, refused
from tests.tiny_models import write_chorale

BAR = 1920
TUNE = tuple(Note(i * 480, 480, 62 + (0, 4, 7, 4)[i % 4], 90) for i in range(16))
BASS = tuple(Note(i * 960, 960, 45, 70) for i in range(8))


@pytest.fixture(scope="session")
def tiny_chorale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("choir")
    write_chorale(folder)
    return folder


@pytest.fixture
def places(tiny_chorale: Path, tiny_models: Path) -> tuple[Path, ...]:
    return tiny_chorale, tiny_models, common.models_dir()


@pytest.fixture
def song(tmp_path: Path) -> Path:
    score = Score((Track("Bass", 32, BASS), Track("Tune", 73, TUNE, channel=1)))
    write_midi(score, tmp_path / "song.mid")
    return tmp_path / "song.mid"


def notes(path: Path, track: int) -> list[tuple[int, int, int, int]]:
    found = read_midi(path).score.tracks[track].notes
    return [(n.start_ticks, n.duration_ticks, n.pitch, n.velocity) for n in found]


def outside(path: Path, track: int) -> list[tuple[int, int, int, int]]:
    return [note for note in notes(path, track) if not BAR <= note[0] < 3 * BAR]


WISH = ("--model", "tiny-melody", "--seed", 4, "--scale", "D", "--range", "A3-C6", "--end-on", "D,A")


def test_infill_writes_the_bars_anew_and_nothing_else(run: Run, song: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mid"
    code, text, told = run("infill", song, "--bars", "2-3", *WISH, "-o", out)
    assert (code, text) == (0, "")
    assert told == "8 notes are written anew.\n"
    assert notes(out, 0) == notes(song, 0)
    assert outside(out, 1) == outside(song, 1)
    new = [note for note in notes(out, 1) if BAR <= note[0] < 3 * BAR]
    assert all(start + length <= 3 * BAR for start, length, _, _ in new)
    assert all(57 <= pitch <= 84 and pitch % 12 in (1, 2, 4, 6, 7, 9, 11) for _, _, pitch, _ in new)
    assert new[-1][2] % 12 in (2, 9)


def test_the_rhythm_or_the_notes_may_be_kept(run: Run, song: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mid"
    run("infill", song, "--bars", "2-3", "--track", 2, "--keep-rhythm", *WISH, "-o", out)
    assert [note[:2] for note in notes(out, 1)] == [note[:2] for note in notes(song, 1)]
    assert [note[2] for note in notes(out, 1)] != [note[2] for note in notes(song, 1)]
    sparse = tmp_path / "sparse.mid"
    write_midi(Score((Track("Tune", notes=(*TUNE[:4], TUNE[6], TUNE[15])),)), sparse)
    assert run("infill", sparse, "--bars", "2-3", "--keep-notes", *WISH, "-o", out)[:2] == (0, "")
    assert set(notes(sparse, 0)) < set(notes(out, 0))
    code, _, told = run("infill", song, "--bars", "2", "--keep-notes", "--keep-rhythm", "-o", out)
    assert (code, "not both" in told) == (2, True)


def test_a_mood_is_heard_and_stands_in_the_recipe(run: Run, song: Path, tmp_path: Path) -> None:
    loud, soft, again = (tmp_path / name for name in ("loud.mid", "soft.mid", "again.mid"))
    asked = ("infill", song, "--bars", "2-3", "--model", "tiny-melody", "--seed", 4)
    assert run(*asked, "--mood", "0.8,0.9", "-o", loud)[0] == 0
    assert run(*asked, "--mood", "-0.8,-0.9", "-o", soft)[0] == 0
    velocities = [[n[3] for n in notes(path, 1) if BAR <= n[0] < 3 * BAR] for path in (loud, soft)]
    assert min(velocities[0]) > max(velocities[1])
    assert run("infill", song, "--like", loud, "-o", again)[0] == 0
    assert again.read_bytes() == loud.read_bytes()
    code, _, told = run(*asked, "--mood", "happy", "-o", again)
    assert (code, "-0.8,0.6" in told) == (2, True)


def test_the_recipe_makes_the_same_bytes(run: Run, song: Path, tmp_path: Path) -> None:
    wish = ("--style", "jig=0.5", "--attribute", "density=0.8", "--guidance", 2, "--chords", "D A7")
    options = (*WISH, *wish, "--best-of", 3, "--start-on", "F#", "--candidates", 2)
    assert run("infill", song, "--bars", "2-3", *options, "-o", tmp_path / "a.mid")[0] == 0
    for number in (1, 2):
        made = tmp_path / f"a-{number}.mid"
        assert run("infill", song, "--like", made, "-o", tmp_path / "b.mid")[0] == 0
        assert (tmp_path / "b.mid").read_bytes() == made.read_bytes()
    assert made.read_bytes() != (tmp_path / "a-1.mid").read_bytes()
    recipe = recipe_from_json(read_midi(made).recipe)
    assert recipe.source_name == "song.mid"
    assert recipe.compose is not None
    assert (recipe.compose.seed, recipe.compose.first_bar, recipe.compose.bars) == (5, 1, 2)


def test_a_composed_tune_comes_again_too_with_or_without_a_prompt(
    run: Run, song: Path, tmp_path: Path
) -> None:
    for prompt in ((), ("--prompt", song)):
        a, b = tmp_path / "a.mid", tmp_path / "b.mid"
        wish = ("--bars", 3, "--meter", "6/8", "--temperature", 1.2, "--seed", 3)
        assert run("compose", "tiny-melody", *prompt, *wish, "-o", a) == (0, "", "")
        assert run("compose", *prompt, "--like", a, "-o", b) == (0, "", "")
        assert a.read_bytes() == b.read_bytes()
    assert "It heard song.mid" in run("compose", "--like", a, "-o", b)[2]
    refused(run("compose", "--like", song, "-o", b), "does not say how it was composed")


def test_a_tune_from_nothing_is_in_the_key_of_its_scale(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "a.mid"
    assert run("compose", "tiny-melody", "--scale", "E minor", "--meter", "6/8", "-o", out) == (0, "", "")
    score = read_midi(out).score
    assert [(key.fifths, key.minor) for key in score.keys] == [(1, True)]
    assert run("compose", "--like", out, "-o", tmp_path / "b.mid") == (0, "", "")
    assert out.read_bytes() == (tmp_path / "b.mid").read_bytes()


def test_programs_are_told_notes_and_scores(run: Run, song: Path, tmp_path: Path) -> None:
    code, text, _ = run(
        "compose", "--prompt", song, "--json", "--candidates", 2, *WISH, "-o", tmp_path / "o.mid"
    )
    assert code == 0
    answers = json.loads(text)
    assert [answer["seed"] for answer in answers] == [4, 5]
    for number, answer in enumerate(answers):
        (told,) = answer["tracks"].values()
        written = notes(tmp_path / f"o-{number + 1}.mid", 1)[16:]
        assert [(n["start"], n["duration"], n["pitch"], n["velocity"]) for n in told] == written
        assert all(0 < n["probability"] <= 1 and n["rank"] >= 1 and len(n["alternatives"]) == 5 for n in told)
        assert 0 < answer["mean_probability"] < 1
        assert answer["ms"] > 0


def test_a_model_of_voices_fills_in_too(run: Run, song: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mid"
    wish = ("--model", "tiny-chorale", "--track", 2, "--range", "57-84")
    code, text, _ = run("infill", song, "--bars", "2-3", *wish, "--json", "-o", out)
    assert code == 0
    (answer,) = json.loads(text)
    assert list(answer["tracks"]) == ["Tune"]
    assert notes(out, 0) == notes(song, 0)
    assert outside(out, 1) == outside(song, 1)
    refused(run("infill", song, "--bars", "2-3", *wish, "--style", "jig=1", "-o", out), "wish for styles")


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (("--scale", "D dorian", "--end-on", "C#"), "to end on are not in the scale"),
        (("--polyphony", 3), "writes one voice"),
        (("--attribute", "joy=1"), "no attribute 'joy'"),
        (("--style", "tango=1"), "no style named 'tango'"),
        (("--track", 9), "no track 9"),
        (("--chords", "H7"), "not a chord"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    run: Run, song: Path, tmp_path: Path, wish: tuple[object, ...], words: str
) -> None:
    result = run("compose", "tiny-melody", "--prompt", song, *wish, "-o", tmp_path / "o.mid")
    code, out, err = result
    assert (code, out) == (1, "")
    assert words.lower() in err.lower()


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (("--bars", "0-3"), "counted from 1"),
        (("--bars", "x"), "as in 5-8"),
        (("--bars", "2", "--range", "C6-A3"), "A3-C6"),
        (("--bars", "2", "--range", "H3-C9"), "A3-C6"),
        (("--bars", "2", "--scale", "D sad"), "no scale named"),
        (("--bars", "2", "--start-on", "X"), "not the name of a note"),
    ],
)
def test_what_is_not_understood_is_a_mistake_in_the_option(
    run: Run, song: Path, tmp_path: Path, wish: tuple[object, ...], words: str
) -> None:
    code, _, err = run("infill", song, *wish, "-o", tmp_path / "o.mid")
    assert code == 2
    assert words in " ".join(err.replace("│", " ").split())
