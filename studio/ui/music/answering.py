"""Answering: what a reply of a music model says of it, in a few words for the status bar. GUI thread."""

from collections.abc import Iterable

from PySide6.QtCore import QObject

from studio.core.card import Card
from studio.core.messages import ChordsReady, Composed, Loaded, Reply, VoicesComposed
from studio.inference.piano_texture import TEXTURE_FAMILY
from studio.ui.music.duet_answers import CHANNEL


class Answering(QObject):
    """Knows the models by their names."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._names: dict[str, str] = {}
        self._textures: set[str] = set()

    def use_models(self, cards: Iterable[Card]) -> None:
        self._names = {card.id: card.name for card in cards}
        self._textures = {card.id for card in cards if card.family == TEXTURE_FAMILY}

    def words_of(self, reply: Reply) -> str:
        """Such as "Tune book: 4 ideas in 15 ms"; empty for replies of others."""
        match reply:
            case Loaded() if reply.info.card.id in self._names:
                return self.tr("{0}: ready").format(reply.info.card.name)
            case Composed() if reply.request.channel == CHANNEL or self._sifted(reply.request.model_id):
                words = self.tr("{0}: answered in {1} ms")
                return words.format(self._name(reply.request.model_id), f"{reply.compose_ms:.0f}")
            case Composed() | VoicesComposed():
                name, count = self._name(reply.request.model_id), len(reply.candidates)
                words = (
                    self.tr("{0}: one idea in {2} ms") if count == 1 else self.tr("{0}: {1} ideas in {2} ms")
                )
                return words.format(name, count, f"{reply.compose_ms:.0f}")
            case ChordsReady():
                words = self.tr("{0}: one idea") if len(reply.candidates) == 1 else self.tr("{0}: {1} ideas")
                return words.format(self._name(reply.request.model_id), len(reply.candidates))
        return ""

    def _sifted(self, model_id: str) -> bool:
        """Whether a model writes more than is shown: of several piano textures the best stay."""
        return model_id in self._textures

    def _name(self, model_id: str) -> str:
        return self._names.get(model_id, model_id)
