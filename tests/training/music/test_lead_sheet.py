"""Training the chord finder on made-up sheets: it learns, sees no answer beforehand, and resumes exactly."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.engines.catalogue import CatalogueEntry, read_card
from studio.engines.music import chord_slots as cs
from studio.engines.music.lead_sheet import LeadSheet, LeadSheetConfig
from studio.engines.music.lead_sheet_engine import open_engine
from studio.training.__main__ import run
from studio.training.music import lead_sheet
from studio.training.music.evaluation import evaluate
from studio.training.music.lead_sheet_bundle import write_bundle
from studio.training.music.leadsheets import read_lead_sheets
from studio.training.music.sheet_batches import (
    IGNORED,
    Heard,
    View,
    collate,
    plain_batches,
    training_batch,
    whole,
)
from tests.training.music.resuming import assert_resumes
from tests.training.music.sheets import write_sheets

RECIPE = {
    "id": "tiny",
    "family": "music.lead_sheet",
    "training": {"steps": 6, "batch": 4, "evaluate_every": 3, "held_out": 0.34, "learning_rate": 0.01},
    "network": {"embedding": 8, "encoder": 6, "hidden": 10, "head": 6},
}
CONFIG = LeadSheetConfig(8, 6, 10, 6, 0.0)


@pytest.fixture
def sheets(tmp_path: Path) -> Path:
    return write_sheets(tmp_path / "data")


@pytest.fixture(autouse=True)
def random_as_it_was(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lead_sheet.tqdm, "write", lambda text: None)
    with torch.random.fork_rng():
        yield


def test_a_resumed_run_is_the_same_run(sheets: Path, tmp_path: Path) -> None:
    assert_resumes(lambda out, resume: lead_sheet.run(RECIPE, sheets, out, resume), tmp_path)


def test_it_learns(sheets: Path) -> None:
    torch.manual_seed(1)
    net, read = LeadSheet(CONFIG), read_lead_sheets(sheets).sheets
    batch = plain_batches(read, 2)[0]
    optimiser = torch.optim.Adam(net.parameters(), 0.02)
    for _ in range(30):
        logits, alone = lead_sheet.slot_logits(net, batch)
        optimiser.zero_grad()
        (
            lead_sheet.nats_of(logits, batch.answers) + lead_sheet.nats_of(alone, batch.chords)
        ).mean().backward()
        optimiser.step()
    figures = lead_sheet.held_out_nats(net, plain_batches(read, 2))
    assert figures["slot"] < 1.0
    assert figures["change"] > figures["slot"]


def test_no_answer_is_seen_before_it_is_given(sheets: Path) -> None:
    torch.manual_seed(1)
    heard = Heard.of(read_lead_sheets(sheets).sheets[0], 2)
    view, net = whole(heard), LeadSheet(CONFIG).eval()
    other = replace(heard, chords=heard.chords.copy())
    other.chords[10:] = (other.chords[10:] + 11) % cs.SYMBOLS
    (one, alone), (two, same) = (
        lead_sheet.slot_logits(net, collate([each], [view])) for each in (heard, other)
    )
    assert torch.equal(alone, same)
    assert torch.equal(one[:, :11], two[:, :11])
    assert not torch.equal(one[:, 11:], two[:, 11:])


def test_what_is_given_is_shown_and_not_asked(sheets: Path) -> None:
    heard = Heard.of(read_lead_sheets(sheets).sheets[1], 1)
    given = np.zeros(len(heard.slots), np.bool_)
    given[[2, 5]] = True
    batch = collate([heard], [View(1, 9, 4, given, 2, "unknown")])
    answers, shown, now = (each[0].tolist() for each in (batch.answers, batch.given, batch.so_far.now))
    assert [symbol != cs.NO_CHORD for symbol in shown] == [i in (1, 4) for i in range(8)]
    assert answers[:3] == [IGNORED] * 3  # before slot 4 of the sheet nothing is known
    assert answers[4] == IGNORED
    assert IGNORED not in (answers[3], *answers[5:])
    assert now[2] == shown[1]
    assert now[3] == cs.NO_CHORD


def test_a_step_has_its_own_batch(sheets: Path) -> None:
    read = [[Heard.of(sheet, often) for often in (1, 2, 4)] for sheet in read_lead_sheets(sheets).sheets]
    one, again, other = (training_batch(read, 4, 1, step) for step in (3, 3, 4))
    assert torch.equal(one.answers, again.answers)
    assert torch.equal(one.numbers, again.numbers)
    assert one.answers.shape != other.answers.shape or not torch.equal(one.answers, other.answers)


def test_a_run_becomes_a_model_that_opens_and_is_measured(sheets: Path, tmp_path: Path) -> None:
    text = (
        'id = "tiny"\nfamily = "music.lead_sheet"\nsummary = "For tests."\n[training]\nsteps = 2\nbatch = 4\n'
    )
    network = "[network]\nembedding = 8\nencoder = 6\nhidden = 10\nhead = 6\n"
    (tmp_path / "recipe.toml").write_text(text + "held_out = 0.34\n" + network)
    scale = "|".join("CDEF GABc" for _ in range(4))
    (sheets / "a.abc").write_text(f"X:1\nT:An air\nR:air\nM:C|\nL:1/8\nK:C\n{scale}|\n", "latin-1")
    run(tmp_path / "recipe.toml", sheets, tmp_path / "run")
    card = write_bundle(tmp_path / "run", tmp_path / "tiny", sheets, (tmp_path / "run",))
    assert card["metrics"]["baselines"]["hidden_markov"]["nats_per_slot"] > 0
    assert {path.name for path in (tmp_path / "tiny" / "examples").iterdir()} == {
        f"seed-{seed}.mid" for seed in range(1, 6)
    }
    entry = CatalogueEntry(read_card(tmp_path / "tiny" / "card.json"), tmp_path / "tiny")
    assert open_engine(entry, torch.device("cpu")).info.card.id == "tiny"
    figures = evaluate(entry, sheets)
    assert figures["nats_per_slot"] == card["metrics"]["nats_per_slot"]
    assert figures["plausibility"]["printed"]["ends_on_the_tonic"] == 1.0
