"""`compose` with a model for several voices: it hears both hands, and gives each the notes that lie nearest."""

from pathlib import Path

import pytest

from studio.core.score import Note, Score, Track
from studio.files.midi import read_midi, write_midi
from tests.cli.conftest import Run
from tests.tiny_polyphony import write_polyphony

RIGHT = tuple(Note(480 * i, 480, 72 + i) for i in range(4))
LEFT = tuple(Note(960 * i, 960, 40 + 7 * i) for i in range(2))


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, ...]:
    write_polyphony(tmp_path / "models")
    return (tmp_path / "models",)


def test_a_piece_for_two_hands_goes_on_in_both(run: Run, tmp_path: Path) -> None:
    score = Score((Track("Right hand", notes=RIGHT), Track("Left hand", notes=LEFT, channel=1)))
    write_midi(score, tmp_path / "idea.mid")
    wish = ("--prompt", tmp_path / "idea.mid", "--bars", 4, "--style", "waltz=1", "--seed", 4)
    assert run("compose", "tiny-polyphony", *wish, "-o", tmp_path / "more.mid") == (0, "", "")
    hands = read_midi(tmp_path / "more.mid").score.tracks
    for hand, own in zip(hands, (RIGHT, LEFT), strict=True):
        assert [n.pitch for n in hand.notes if n.start_ticks < 1920] == [n.pitch for n in own]
        assert any(n.start_ticks >= 1920 for n in hand.notes)
    new = [[n.pitch for n in hand.notes if n.start_ticks >= 1920] for hand in hands]
    assert min(new[0]) > max(new[1])


def test_it_begins_from_nothing_and_the_same_seed_is_the_same_music(run: Run, tmp_path: Path) -> None:
    for name in ("a.mid", "b.mid"):
        wish = ("--meter", "3/4", "--bars", 2, "--seed", 9, "-o", tmp_path / name)
        assert run("compose", "tiny-polyphony", *wish) == (0, "", "")
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()
    notes = list(read_midi(tmp_path / "a.mid").score.notes())
    assert notes
    assert all(note.end_ticks <= 2 * 1440 for note in notes)
