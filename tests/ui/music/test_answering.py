"""The status bar's words about a music model come from its replies."""

from studio.core.card import Card, WeightsInfo
from studio.core.messages import Composed, ComposeRequest
from studio.inference.piano_texture import TEXTURE_FAMILY
from studio.ui.music.desk import MusicDesk
from tests.ui.music.conftest import FakeController


def test_an_answer_tells_how_many_ideas_in_how_long(desk: MusicDesk, controller: FakeController) -> None:
    said: list[str] = []
    desk.status_changed.connect(said.append)
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(67, 71))
    request = ComposeRequest(desk.cowriter.card.id if desk.cowriter.card else "", (), 0, 1920)
    desk.take_reply(Composed(99, request, (), 12.4))
    assert len(said) == 2
    assert "one idea" in said[0]
    assert said[1].endswith("0 ideas in 12 ms")


def test_piano_textures_are_not_counted_for_the_best_of_them_stay(desk: MusicDesk) -> None:
    player = Card("player", "Player", TEXTURE_FAMILY, "", WeightsInfo("w", ""))
    desk.answering.use_models([player])
    request = ComposeRequest("player", (), 0, 1920, candidates=8)
    assert desk.answering.words_of(Composed(1, request, (), 12.4)) == "Player: answered in 12 ms"
