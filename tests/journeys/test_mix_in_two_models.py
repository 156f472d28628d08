"""A mix that was shown becomes a point of its own, of the model that showed it."""

import numpy as np

from studio.app import StudioApp
from studio.core.latent import Latent, WCode, mixed
from studio.core.session import PICTURES


def test_what_a_mix_came_to_is_forgotten_with_its_model(studio: StudioApp) -> None:
    desk = studio.pictures
    mix = mixed([(Latent(1), 1.0), (Latent(2), 1.0)])
    desk._remember(mix, WCode.of(np.ones((1, 2))))
    assert desk.settled(mix).w is not None
    others = [
        card.id for card in desk.cards.values() if card.z_dim and card.id != studio.session.picture.model_id
    ]
    desk.choose_model(others[0])
    assert desk.settled(mix) == mix
    studio.session.undo(PICTURES)
