"""Clips as jobs: every frame of a sequence is painted on the device thread, and steadied by those before it."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from studio.core.picture import Pixels
from studio.core.restyle import StyleMix
from studio.engines.base import Painting
from studio.files.animation import AnimationWriter
from studio.files.clip import Clip
from studio.inference.engine_room import EngineRoom
from studio.inference.jobs import Steps


@dataclass(frozen=True)
class RestyleClipJob:
    """Repaints a clip, as an animation or a folder of PNGs. fps counts where the clip itself says no times.

    The result is the path; a job that is cancelled has written nothing."""

    clip: Clip
    mix: StyleMix
    path: Path
    fps: int = 24
    title: str = "Restyle frames"

    def steps(self, room: EngineRoom) -> Steps:
        painter = room.style().painting_clip(self.mix)
        with AnimationWriter(self.path, self.fps) as writer:
            for done, frame in enumerate(self.clip.frames()):
                painted = yield from at_frame(painter.paint(frame.pixels), done, self.clip.count)
                writer.add(painted, frame.duration_ms)
            return writer.finish()


def at_frame(painting: Painting, done: int, total: int) -> Painting:
    """Every step of one frame's painting as the same place in the clip."""
    while True:
        yield done, total
        try:
            next(painting)
        except StopIteration as end:
            return cast(Pixels, end.value)
