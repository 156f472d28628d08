"""Exports on the device thread: what is written is what the canvas shows."""

from pathlib import Path

import numpy as np

from studio.core.latent import Latent
from studio.core.messages import FrameReady, Quality, RenderRequest, WorkDone
from studio.core.picture import Picture
from studio.core.recipe import Recipe
from studio.core.restyle import StyleMix, StylePart
from studio.files.picture_file import open_picture
from studio.files.png import read_recipe
from studio.inference.export_jobs import ExportPictureJob
from tests.inference.conftest import Rig

LATENT = Latent(seed=7, offsets=(("pc0", 1.0),))


def test_the_exported_pixels_are_those_of_the_canvas(rig: Rig, tmp_path: Path) -> None:
    request = RenderRequest("fake", LATENT, quality=Quality.DRAFT)
    shown = rig.inbox.closing(rig.controller.submit(RenderRequest("fake", LATENT)))
    recipe = Recipe("picture", "fake", latent=LATENT)
    done = rig.inbox.closing(
        rig.controller.submit_job(ExportPictureJob(request, tmp_path / "a.png", 1, recipe))
    )
    assert isinstance(done, WorkDone)
    assert isinstance(shown, FrameReady)
    assert np.array_equal(open_picture(tmp_path / "a.png").pixels, shown.frame.pixels)
    assert read_recipe(tmp_path / "a.png") == (recipe.on("cpu"), None)


def test_an_export_may_be_larger_and_restyled(rig: Rig, tmp_path: Path) -> None:
    source = Picture(np.full((20, 30, 3), 100, dtype=np.uint8), "grey.png")
    request = RenderRequest(source=source, restyle=StyleMix((StylePart("dots"),)))
    recipe = Recipe("picture", restyle=request.restyle, source_sha256=source.sha256, source_name="grey.png")
    rig.inbox.closing(rig.controller.submit_job(ExportPictureJob(request, tmp_path / "a.png", 2, recipe)))
    pixels = open_picture(tmp_path / "a.png").pixels
    assert pixels.shape == (40, 60, 3)
    assert (pixels == 155).all()
    found = read_recipe(tmp_path / "a.png")
    assert found is not None
    assert (found[0].scale, found[1]) == (2, source)
