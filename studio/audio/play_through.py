"""Plays a score to its end and waits for it: for the command line."""

import time

from studio.audio.player import Player, State
from studio.core.score import Score


def play_through(score: Score) -> None:
    """Play a score to its end and wait; raises StudioError where there is no sound."""
    player = Player()
    try:
        player.wait_ready()
        if player.problem is not None:
            raise player.problem
        player.play(score)
        while player.state is State.PLAYING:
            time.sleep(0.1)
    finally:
        player.close()
