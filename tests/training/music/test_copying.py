"""A model beside people: a plain net copies nothing, one that plays a tune of the index is found out."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch

from studio.core.card import Card, ModelInfo
from studio.core.errors import StudioError
from studio.core.music_messages import Candidate, ComposeRequest
from studio.core.originality import Baseline, Usual
from studio.engines.base import no_show, no_step
from studio.engines.catalogue import Catalogue, read_card
from studio.engines.music.melody_engine import open_engine
from studio.training.music.copying import CopyTrial, Writer, facts, figures, style_in, wilson, write_card
from studio.training.music.corpus import PIANO
from studio.training.music.tune_index import TUNES, index_of, works_to_index
from tests.tiny_models import write_tiny_models
from tests.training.music.test_tune_index import book


@pytest.fixture
def trial(tmp_path: Path) -> CopyTrial:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "a.abc").write_text(book(12, 24))
    works = works_to_index(tmp_path / "book")
    rows = (Usual(12, 99, 6.0, 9.0, 11.0, 0.1, 0.2), Usual(96, 99, 8.0, 12.0, 16.0, 0.1, 0.2))
    return CopyTrial(works, index_of(works), Baseline({TUNES: rows}, {"book": TUNES}))


@dataclass
class Plagiarist:
    """Plays the bars of a tune, a tone higher, whatever is asked for."""

    info: ModelInfo
    trial: CopyTrial

    def compose(
        self, request: ComposeRequest, step: object = no_step, show: object = no_show
    ) -> tuple[Candidate, ...]:
        line = self.trial.works[3].melody[:60]
        notes = tuple(replace(note, pitch=note.pitch + 2) for note in line)
        return (Candidate(notes, (1.0,) * len(notes), request.seed),)


def tiny(tmp_path: Path) -> tuple[Card, Catalogue]:
    write_tiny_models(tmp_path / "models")
    catalogue = Catalogue.scan([tmp_path / "models"])
    return catalogue.entry("tiny-melody").card, catalogue


def test_a_plain_net_copies_no_more_than_people(tmp_path: Path, trial: CopyTrial) -> None:
    _, catalogue = tiny(tmp_path)
    engine = open_engine(catalogue.entry("tiny-melody"), torch.device("cpu"))
    writer = Writer(engine)
    own = trial.tunes(writer, 4)
    assert (own.model.close, own.human.close, own.higher) == (0.0, 0.0, False)
    assert own.human.tunes == 4
    after = trial.continuations(writer, 4)
    assert after.what == "continuations"
    assert not facts("tiny-melody", [own, after])["copies_more_than_people"]
    entry = catalogue.entry("tiny-melody")
    write_card(entry, [own, after])
    copies = read_card(entry.folder / "card.json").metrics["copies"]
    assert copies["continuations"]["people"]["tunes"] == after.human.tunes


def test_a_plagiarist_is_found_out(tmp_path: Path, trial: CopyTrial) -> None:
    card, _ = tiny(tmp_path)
    found = trial.tunes(Writer(Plagiarist(ModelInfo(card), trial), 1.0), 12)
    assert (found.model.close, found.model.quotes, found.model.share) == (1.0, 1.0, 1.0)
    assert found.higher
    assert found.nearest[0].startswith(f"It quotes: 60 notes are those of “{trial.works[3].title}”, bar 1;")


def test_no_works_in_the_models_styles(trial: CopyTrial) -> None:
    with pytest.raises(StudioError, match="None of the human works"):
        trial.chosen(("polka",), 16, 4)


def test_the_interval_of_a_share() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(5, 100)
    assert low < 0.05 < high
    assert wilson(100, 100)[1] == 1.0


def test_figures_say_why_there_are_none(tmp_path: Path, trial: CopyTrial) -> None:
    _, catalogue = tiny(tmp_path)
    assert figures(catalogue.entry("tiny-melody"), tmp_path / "book") == {
        "not_measured": "The bundled index is of other tunes than these."
    }


def test_a_style_by_the_models_name(trial: CopyTrial) -> None:
    piano = replace(trial.works[0], style=PIANO)
    assert style_in(piano, ("reel", "chopin right hand")) == "chopin right hand"
    assert style_in(piano, ("mazurka", "other")) == PIANO
    assert style_in(piano, ("reel",)) == ""
    assert style_in(trial.works[0], ("reel",)) == "reel"
