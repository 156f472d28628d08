"""The sound export as a job: progress, time left and cancel, like every longer piece of work."""

from dataclasses import dataclass
from pathlib import Path

from studio.audio.synth import wav_steps
from studio.core.score import Score
from studio.inference.engine_room import EngineRoom
from studio.inference.jobs import Steps


@dataclass(frozen=True)
class RenderSoundJob:
    """Plays a score into a WAV file, a second of sound a step. The result is the path."""

    score: Score
    path: Path
    title: str = "Export sound"

    def steps(self, room: EngineRoom) -> Steps:
        yield from wav_steps(self.score, self.path)
        return self.path
