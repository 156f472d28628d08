"""Writing a model as ONNX as a job. Lives on the device thread."""

from dataclasses import dataclass
from pathlib import Path

from studio.engines.base import OnnxEngine
from studio.files.atomic import write_file
from studio.inference.engine_room import EngineRoom
from studio.inference.jobs import Steps


@dataclass(frozen=True)
class ExportOnnxJob:
    """Writes the network of a model. The result is the path."""

    model_id: str
    path: Path
    title: str = "Export model"

    def steps(self, room: EngineRoom) -> Steps:
        yield 0, 2
        content = room.typed(self.model_id, OnnxEngine, "cannot be written as ONNX").onnx()
        yield 1, 2
        write_file(self.path, content)
        return self.path
