"""What the tests of sound share."""

import pytest

from studio.audio import synth
from studio.core.errors import StudioError


@pytest.fixture
def fluidsynth() -> None:
    try:
        synth.load_fluidsynth()
        synth.find_soundfont()
    except StudioError as error:
        pytest.skip(error.sentence())
