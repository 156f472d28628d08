"""The sound export as a job: progress, time left and cancel, like every longer piece of work."""

from dataclasses import dataclass
from pathlib import Path

from studio.audio.rendering import SoundFormat, mix_steps, stem_steps
from studio.core.score import Score
from studio.inference.engine_room import EngineRoom
from studio.inference.jobs import Steps


@dataclass(frozen=True)
class RenderSoundJob:
    """Plays a score into a sound file, or into one a track, a second of sound a step. The result is `path`."""

    score: Score
    path: Path
    kind: SoundFormat = SoundFormat()
    stems: bool = False
    title: str = "Export sound"

    def steps(self, room: EngineRoom) -> Steps:
        yield from (stem_steps if self.stems else mix_steps)(self.score, self.path, self.kind)
        return self.path
