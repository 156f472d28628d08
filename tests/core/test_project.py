"""What a picture document keeps when it goes to another place."""

from dataclasses import replace

from studio.core.latent import Latent
from studio.core.layers import Artboard
from studio.core.project import PictureDocument
from studio.core.timeline import Keyframe, Timeline


def test_going_back_to_a_picture_keeps_what_was_kept_since() -> None:
    before = PictureDocument("gan", Latent(1))
    kept = Timeline((Keyframe(0.0, Latent(2)),))
    now = replace(before, latent=Latent(2), timeline=kept, slot_a=Latent(3), artboard=Artboard(8, 8))
    back = now.looking_like(before)
    assert back.look == before.look
    assert (back.timeline, back.slot_a) == (kept, Latent(3))
    other = now.looking_like(PictureDocument("vae", Latent(1)))
    assert (other.timeline, other.slot_a, other.model_id) == (Timeline(), None, "vae")
