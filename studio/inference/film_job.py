"""Films as jobs: every frame of a timeline at rest, rendered on the device thread while another thread encodes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.film import FilmRecipe
from studio.core.messages import RenderRequest
from studio.core.picture import Pixels
from studio.core.project import PictureDocument
from studio.files.film import Encoding, FilmFormat, encoding
from studio.inference.clip_jobs import at_frame
from studio.inference.engine_room import EngineRoom
from studio.inference.export_jobs import render_at_rest
from studio.inference.jobs import Steps

CHANNEL = "film"  # nobody waits for these frames on the canvas
PATIENCE_S = 0.02  # between two looks at whether the film is still wanted


@dataclass(frozen=True)
class FilmJob:
    """Renders the timeline of a document. The result is the path; a job that is cancelled has written nothing.

    film.loops: how often it goes round: for a GIF or WebP a note for the player (0 is for ever), in a video and in
    single pictures the frames themselves come so often."""

    document: PictureDocument
    path: Path
    film: FilmFormat
    weights_sha256: str = ""
    app: str = ""
    title: str = "Export video"

    def steps(self, room: EngineRoom) -> Steps:
        if not self.document.timeline.keyframes:
            raise StudioError(
                "There are no keyframes to film.", hint="Keep at least one picture on the timeline."
            )
        film = replace(self.film, size=self._size(), comment=self._recipe(room).comment())
        total = self.document.timeline.count(film.fps) * self._rounds()
        with encoding(self.path, film) as running:
            for done, request in enumerate(self._requests(room)):
                painting = render_at_rest(room, request)
                next(painting)  # nothing is drawn yet
                pixels = yield from at_frame(painting, done, total)
                yield from _handed_over(running, pixels, done, total)
            yield from _handed_over(running, None, total, total)
            yield total, total
            while not running.is_done(PATIENCE_S):
                yield total, total
        return self.path

    def _size(self) -> int:
        """One size for all frames, also where only some of them are restyled, and are larger for it."""
        restyled = [key.restyle.size for key in self.document.timeline.keyframes if key.restyle.active]
        return self.film.size or (0 if self.document.layers else max(restyled, default=0))

    def _rounds(self) -> int:
        is_note = self.path.suffix.lower() in (".gif", ".webp")
        return 1 if is_note else max(1, self.film.loops)

    def _requests(self, room: EngineRoom) -> Iterator[RenderRequest]:
        document = self.document
        z_dim = room.load(document.model_id).info.card.z_dim if document.model_id else 0
        for _ in range(self._rounds()):
            for moment in document.timeline.frames(z_dim, self.film.fps):
                yield film_request(document.with_moment(moment), self.film.size)

    def _recipe(self, room: EngineRoom) -> FilmRecipe:
        document, film = self.document, self.film
        model = document.model_id, self.weights_sha256
        return FilmRecipe(*model, document.timeline, film.size, film.fps, room.backend.name, self.app)


def film_request(document: PictureDocument, size: int) -> RenderRequest:
    """The picture of a document, with the layers around it; they are drawn at the film's own size."""
    restyle = document.restyle if document.restyle.active else None
    request = RenderRequest(restyle=restyle, channel=CHANNEL)
    if document.layers and document.artboard is not None:
        around = document.layers, document.artboard
        request = replace(request, layers=around[0], artboard=around[1], canvas_px=size)
    if document.source is not None:
        return replace(request, source=document.source)
    return replace(request, model_id=document.model_id, latent=document.latent)


def _handed_over(running: Encoding, pixels: Pixels | None, done: int, total: int) -> Steps:
    """Wait for room in the encoder's queue, and let live requests pass meanwhile."""
    while not running.offer(pixels, PATIENCE_S):
        yield done, total
    return None
