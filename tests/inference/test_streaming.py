"""A melody that streams reaches those who asked bar by bar, through the controller and its thread."""

import queue
from dataclasses import replace

import pytest

from studio.core.messages import Composed, ComposeRequest, Composing, NotesScored, Reply, ScoreNotesRequest
from studio.core.score import Note
from studio.engines.catalogue import Catalogue
from studio.engines.torch_backend import TorchBackend
from studio.inference.controller import InferenceController
from tests.tiny_models import write_tiny_models

BAR = 1920
PROMPT = tuple(Note(i * 240, 240, 62 + i % 5) for i in range(8))
REQUEST = ComposeRequest("tiny-melody", PROMPT, BAR, 5 * BAR, candidates=3, seed=7, streaming=True)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("models")
    write_tiny_models(folder)
    return Catalogue.scan((folder,))


def ask(catalogue: Catalogue, request: ComposeRequest | ScoreNotesRequest) -> list[Reply]:
    """All replies of a request, the closing one last."""
    replies: queue.Queue[Reply] = queue.Queue()
    controller = InferenceController(lambda device: TorchBackend(catalogue, device), replies.put, "cpu")
    try:
        serial, found = controller.submit(request), []
        while not (found and isinstance(found[-1], Composed | NotesScored)):
            reply = replies.get(timeout=30)
            if getattr(reply, "serial", 0) == serial:
                found.append(reply)
        return found
    finally:
        controller.close()


def test_each_bar_is_told_once_all_candidates_have_passed_it(catalogue: Catalogue) -> None:
    *shown, last = ask(catalogue, REQUEST)
    assert isinstance(last, Composed)
    assert all(isinstance(reply, Composing) for reply in shown)
    untils = [reply.until_ticks for reply in shown if isinstance(reply, Composing)]
    assert untils == sorted(set(untils))
    assert untils[-1] == 5 * BAR
    for reply in shown:
        assert isinstance(reply, Composing)
        for now, then in zip(reply.candidates, last.candidates, strict=True):
            assert now.notes == tuple(n for n in then.notes if n.start_ticks < reply.until_ticks)


def test_the_answer_is_the_same_without_streaming(catalogue: Catalogue) -> None:
    (quiet,) = ask(catalogue, replace(REQUEST, streaming=False))
    streamed = ask(catalogue, REQUEST)[-1]
    assert isinstance(quiet, Composed)
    assert isinstance(streamed, Composed)
    assert quiet.candidates == streamed.candidates


def test_a_person_s_notes_are_scored_through_the_controller(catalogue: Catalogue) -> None:
    (reply,) = ask(catalogue, ScoreNotesRequest("tiny-melody", PROMPT))
    assert isinstance(reply, NotesScored)
    assert len(reply.scores) == len(PROMPT)
    assert all(score is not None for score in reply.scores)
