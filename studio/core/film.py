"""FilmRecipe: what a film was made of, as it stands in the comment of an exported video."""

from dataclasses import dataclass, replace

import msgspec

from studio.core.timeline import Timeline

MAX_COMMENT_CHARS = (
    1_000_000  # with keyframes of explicit codes; players read the whole of it before the first frame
)


@dataclass(frozen=True, slots=True)
class FilmRecipe:
    """The timeline and the model; size: longer side in px, 0 is the model's own; fps, device: as it was rendered."""

    model_id: str = ""
    weights_sha256: str = ""
    timeline: Timeline = Timeline()
    size: int = 0
    fps: int = 24
    device: str = ""
    app: str = ""
    kind: str = "film"

    def comment(self) -> str:
        """As JSON; where the keyframes are too much for a comment, without them."""
        whole = msgspec.json.encode(self).decode()
        if len(whole) <= MAX_COMMENT_CHARS:
            return whole
        return msgspec.json.encode(replace(self, timeline=replace(self.timeline, keyframes=()))).decode()
