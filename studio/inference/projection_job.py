"""Searching a model's space for a picture, and dragging points, as jobs: a step at a time, between live requests."""

from dataclasses import dataclass

from studio.core.projection import DragWish, ProjectionWish
from studio.inference.engine_room import EngineRoom
from studio.inference.jobs import Steps


@dataclass(frozen=True)
class ProjectionJob:
    """Finds the code of a picture. Previews and the result are each a Projection, the best until then."""

    model_id: str
    wish: ProjectionWish
    title: str = "Match"

    def steps(self, room: EngineRoom) -> Steps:
        return (yield from room.projector(self.model_id).projecting(self.wish, room.eye()))


@dataclass(frozen=True)
class DragJob:
    """Drags points of a latent's picture. Previews and the result are each a Dragged."""

    model_id: str
    wish: DragWish
    title: str = "Drag points"

    def steps(self, room: EngineRoom) -> Steps:
        return (yield from room.projector(self.model_id).dragging(self.wish))
