"""What a picture file of ours knows about how it was made, whichever format it has. StudioError for damage."""

from dataclasses import dataclass
from pathlib import Path

from studio.core.picture import Picture
from studio.core.project import PictureDocument
from studio.core.recipe import Recipe
from studio.files.open_raster import read_ora
from studio.files.picture_export import read_xmp_recipe
from studio.files.picture_file import decode, open_picture, read_bytes
from studio.files.png import read_project, read_recipe
from studio.files.project_file import project_of

ORA = ".ora"


@dataclass(frozen=True)
class PictureState:
    """document: the whole state of a picture with layers; recipe: that of another, and the opened picture
    (`source`) that it starts from."""

    document: PictureDocument | None = None
    recipe: Recipe | None = None
    source: Picture | None = None


def read_state(path: Path) -> PictureState | None:
    """None for a file that knows nothing."""
    project = _ora_project(path) if path.suffix.lower() == ORA else read_project(path)
    if project is not None:
        return PictureState(project_of(project, path).picture)
    if path.suffix.lower() == ORA:
        return None
    found = read_recipe(path)
    if found is not None:
        return PictureState(None, *found)
    recipe = read_xmp_recipe(path)
    return PictureState(None, recipe) if recipe is not None else None


def open_any_picture(path: Path) -> Picture:
    """The pixels of any picture file, OpenRaster too."""
    if path.suffix.lower() != ORA:
        return open_picture(path)
    return Picture(decode(read_ora(read_bytes(path), path.name)[1], path.name), path.name)


def _ora_project(path: Path) -> bytes | None:
    return read_ora(read_bytes(path), path.name)[0]
