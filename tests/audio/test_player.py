"""The transport on a clock of its own: no sound, no waiting for real time."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from studio.audio.opening import open_output
from studio.audio.output import SilentOutput
from studio.audio.player import LOOKAHEAD_SECONDS, Player, State
from studio.core.errors import StudioError
from studio.core.performance import Voice, is_drum
from studio.core.score import Note, Score
from studio.core.settings import SoundChoice

QUARTERS = Score.empty(bpm=120).with_notes_added(0, [Note(i * 480, 240, 60 + i) for i in range(4)])


class Hand:
    """A clock that a test turns; `until` turns it until something is so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def until(self, happened: Callable[[], bool], last: float = 20.0) -> None:
        while not happened():
            assert self.seconds < last, "it never happened"
            self.seconds += LOOKAHEAD_SECONDS / 4
            time.sleep(0.006)


def wait_until(happened: Callable[[], bool]) -> None:
    last = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < last, "it never happened"
        time.sleep(0.005)


class Heard(SilentOutput):
    """Notes how the channels are mixed as well."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock=clock)
        self.voices: list[Voice] = []

    def set_voice(self, voice: Voice) -> None:
        self.voices.append(voice)


class Deck:
    """A player, its clock and what it sent."""

    def __init__(self) -> None:
        self.clock = Hand()
        self.output = Heard(self.clock)
        self.player = Player(lambda: self.output, wake_seconds=0.001)
        assert self.player.wait_ready()

    def ons(self) -> list[tuple[float, int]]:
        ons = [(at, event.pitch) for at, event in self.output.sent if event.on]
        return [(round(at - ons[0][0], 3), pitch) for at, pitch in ons]


@pytest.fixture
def deck() -> Iterator[Deck]:
    deck = Deck()
    yield deck
    deck.player.close()


def test_notes_are_sent_at_their_times_and_the_end_stops(deck: Deck) -> None:
    deck.player.play(QUARTERS)
    assert deck.player.state is State.PLAYING
    deck.clock.until(lambda: deck.player.state is State.STOPPED)
    assert deck.ons() == [(0.0, 60), (0.5, 61), (1.0, 62), (1.5, 63)]
    assert sum(not event.on for _, event in deck.output.sent) == 4
    assert deck.player.position_ticks() == QUARTERS.end_ticks


def test_play_from_the_middle(deck: Deck) -> None:
    deck.player.play(QUARTERS, 960)
    deck.clock.until(lambda: deck.player.state is State.STOPPED)
    assert deck.ons() == [(0.0, 62), (0.5, 63)]


def test_the_playhead_follows_the_clock(deck: Deck) -> None:
    deck.player.play(QUARTERS)
    start = deck.output.sent[0][0] if deck.output.sent else deck.clock.seconds + 0.03
    deck.clock.seconds = start + 0.5
    assert deck.player.position_ticks() == 480
    deck.player.stop()
    assert deck.player.state is State.STOPPED
    deck.clock.seconds += 5
    assert deck.player.position_ticks() == 480


def test_a_loop_comes_round_and_lets_every_key_go(deck: Deck) -> None:
    held = Score.empty(bpm=120).with_notes_added(0, [Note(480, 4000, 70)])
    deck.player.loop(480, 960)
    deck.player.play(held)
    deck.clock.until(lambda: len(deck.ons()) >= 3)
    assert deck.ons()[:3] == [(0.0, 70), (0.5, 70), (1.0, 70)]
    events = [event.on for _, event in deck.output.sent]
    assert events[:5] == [True, False, True, False, True]


def test_edits_are_heard_without_stopping(deck: Deck) -> None:
    deck.player.loop(0, 1920)
    deck.player.play(QUARTERS)
    deck.clock.until(lambda: len(deck.ons()) >= 1)
    deck.player.set_score(QUARTERS.with_notes_removed(0, {2}))
    deck.clock.until(lambda: len(deck.ons()) >= 4)
    assert [pitch for _, pitch in deck.ons()[:4]] == [60, 61, 63, 60]


def test_many_edits_neither_repeat_nor_lose_nor_move_a_note(deck: Deck) -> None:
    """A tempo of odd ticks: an edit nearly always falls between two of them."""
    score = Score.empty(bpm=173).with_notes_added(0, [Note(i * 37, 30, 40 + i % 60) for i in range(200)])
    deck.player.metronome(True)
    deck.player.play(score)
    while deck.player.state is State.PLAYING:
        with deck.player._lock:  # at once, without waiting for its thread
            deck.player.set_score(score)
            deck.player._feed()
        deck.clock.seconds += 0.0071
    sent = [(at, event) for at, event in deck.output.sent if event.on]
    notes = [at for at, event in sent if not is_drum(event.channel)]
    beats = [at for at, event in sent if is_drum(event.channel)]
    assert [at - notes[0] for at in notes] == pytest.approx([score.seconds_at(i * 37) for i in range(200)])
    assert [at - notes[0] for at in beats] == pytest.approx([i * 60 / 173 for i in range(16)], abs=1e-3)


def test_what_is_cut_is_let_go_also_where_it_was_handed_over(deck: Deck) -> None:
    score = Score.empty(bpm=120).with_notes_added(0, [Note(i * 60, 55, 60) for i in range(40)])
    deck.player.play(score)
    deck.clock.until(lambda: deck.clock.seconds > 0.6)
    with deck.player._lock:
        deck.player._feed()
        deck.player.set_score(Score.empty())
        deck.player.cut(0, frozenset((60,)))
    cut_at = deck.clock.seconds
    ahead = [at for at, event in deck.output.sent if event.on and at > cut_at]
    assert ahead
    for at in (cut_at, *ahead):
        offs = [off - at for off, event in deck.output.sent if not event.on and off >= at]
        assert min(offs) <= 0.002 + 1e-9


def test_seek_while_playing(deck: Deck) -> None:
    deck.player.play(QUARTERS)
    deck.player.seek(1440)
    deck.clock.until(lambda: deck.player.state is State.STOPPED)
    assert deck.ons()[-1][1] == 63
    assert len(deck.ons()) <= 2


def test_an_audition_sounds_and_ends(deck: Deck) -> None:
    deck.player.audition(72, 90)
    assert [(event.on, event.pitch) for _, event in deck.output.sent] == [(True, 72)]
    wait_until(lambda: len(deck.output.sent) == 2)
    assert [(event.on, event.pitch) for _, event in deck.output.sent] == [(True, 72), (False, 72)]


def test_an_audition_struck_again_begins_anew(deck: Deck) -> None:
    deck.player.audition(72, 90)
    deck.player.audition(72, 90)
    assert [event.on for _, event in deck.output.sent] == [True, False, True]


def test_a_tempo_change_while_playing_keeps_the_place(deck: Deck) -> None:
    deck.player.loop(0, 1920)
    deck.player.play(QUARTERS)
    deck.clock.until(lambda: len(deck.ons()) >= 1)
    before = deck.player.position_ticks()
    deck.player.set_score(QUARTERS.with_tempo(60))
    assert abs(deck.player.position_ticks() - before) < 200
    deck.clock.until(lambda: len(deck.ons()) >= 3)
    (first, _), (second, _) = deck.ons()[1:3]
    assert second - first == pytest.approx(1.0)


def test_play_before_the_output_is_open() -> None:
    opened = threading.Event()
    clock = Hand()
    output = SilentOutput(clock=clock)

    def opener() -> SilentOutput:
        opened.wait(5)
        return output

    player = Player(opener, wake_seconds=0.001)
    player.play(QUARTERS)
    assert player.state is State.OPENING
    assert player.position_ticks() == 0
    opened.set()
    clock.until(lambda: bool(output.sent))
    player.close()
    assert player.state is State.CLOSED


def test_no_sound_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(choice: SoundChoice | None) -> SilentOutput:
        raise StudioError("There is no audio device, so music plays without sound.")

    monkeypatch.setattr("studio.audio.opening.FluidOutput", broken)
    player = Player(open_output)
    assert player.wait_ready()
    assert player.problem is not None
    assert "without sound" in player.problem.title
    player.play(QUARTERS)
    assert player.state is State.PLAYING
    player.close()


def clicks(deck: Deck) -> list[tuple[float, int]]:
    """When, counted from the first sound, and which click."""
    ons = [(at, event) for at, event in deck.output.sent if event.on]
    return [(round(at - ons[0][0], 3), event.pitch) for at, event in ons if is_drum(event.channel)]


def test_the_metronome_clicks_every_beat_and_the_first_louder(deck: Deck) -> None:
    waltz = Score.empty(bpm=120, numerator=3).with_notes_added(0, [Note(0, 5 * 480, 60)])
    deck.player.metronome(True)
    deck.player.play(waltz)
    deck.clock.until(lambda: deck.player.state is State.STOPPED)
    assert clicks(deck) == [(0.0, 76), (0.5, 77), (1.0, 77), (1.5, 76), (2.0, 77)]


def test_the_metronome_goes_round_with_the_loop_and_can_be_silenced(deck: Deck) -> None:
    deck.player.metronome(True)
    deck.player.loop(0, 960)
    deck.player.play(QUARTERS)
    deck.clock.until(lambda: len(clicks(deck)) >= 5)
    assert [at for at, _ in clicks(deck)][:5] == [0.0, 0.5, 1.0, 1.5, 2.0]
    deck.player.metronome(False)
    heard = len(clicks(deck))
    deck.clock.until(lambda: len(deck.ons()) > 14)
    assert len(clicks(deck)) == heard


def test_a_bar_is_counted_in_while_the_playhead_waits(deck: Deck) -> None:
    deck.player.play(QUARTERS, 960, count_in=True)
    deck.clock.until(lambda: bool(deck.output.sent))
    begun = deck.output.sent[0][0]
    deck.clock.seconds = begun + 1.9
    assert deck.player.position_ticks() == 960
    deck.clock.until(lambda: deck.player.state is State.STOPPED)
    assert clicks(deck) == [(0.0, 76), (0.5, 77), (1.0, 77), (1.5, 77)]
    assert deck.ons()[4:] == [(2.0, 62), (2.5, 63)]


def test_playing_on_goes_past_the_last_note(deck: Deck) -> None:
    deck.player.metronome(True)
    deck.player.play(QUARTERS, endless=True)
    deck.clock.until(lambda: len(clicks(deck)) >= 7)
    assert deck.player.state is State.PLAYING
    assert deck.player.position_ticks() > QUARTERS.end_ticks
    deck.player.stop()


def test_a_pressed_key_sounds_until_it_is_let_go(deck: Deck) -> None:
    deck.player.press(64, 70)
    assert [(event.on, event.pitch) for _, event in deck.output.sent] == [(True, 64)]
    deck.player.let_go(64)
    assert [(event.on, event.pitch) for _, event in deck.output.sent] == [(True, 64), (False, 64)]
    assert deck.player.latency_seconds == 0.0


def test_what_comes_too_late_is_counted(deck: Deck) -> None:
    deck.player.play(QUARTERS)
    wait_until(lambda: bool(deck.ons()))
    assert deck.player.late_events == 0
    deck.clock.seconds += 1.2
    wait_until(lambda: len(deck.ons()) >= 3)
    assert deck.player.late_events == 2


def test_the_output_changes_while_it_plays_and_the_place_stays(deck: Deck) -> None:
    other = SilentOutput(clock=lambda: deck.clock.seconds + 1000)
    deck.player.play(QUARTERS)
    deck.clock.until(lambda: len(deck.ons()) >= 2)
    before = deck.player.position_ticks()
    deck.player.press(99, 80)
    told = threading.Event()
    deck.player.listen(told.set)
    deck.player.use_output(lambda: other)
    assert told.wait(10)
    assert deck.output.sent[-1][1][1:4] == (False, 0, 99)  # what sounded there was let go
    assert deck.player.state is State.PLAYING
    assert abs(deck.player.position_ticks() - before) < 480
    deck.clock.until(lambda: any(event.on and event.pitch == 63 for _, event in other.sent))
    deck.player.stop()


def test_mixing_is_heard_and_starts_no_note_anew(deck: Deck) -> None:
    deck.player.play(QUARTERS)
    deck.clock.until(lambda: len(deck.ons()) >= 2)
    for volume in (90, 60, 30):
        deck.player.set_score(QUARTERS.with_track(0, replace(QUARTERS.tracks[0], volume=volume, pan=10)))
    assert (deck.output.voices[-1].volume, deck.output.voices[-1].pan) == (30, 10)
    deck.clock.until(lambda: deck.player.state is State.STOPPED)
    assert [pitch for _, pitch in deck.ons()] == [60, 61, 62, 63]


def test_the_beats_of_a_count_in_can_be_seen() -> None:
    now = [0.0]
    player = Player(lambda: SilentOutput(clock=lambda: now[0]))
    assert player.wait_ready()
    assert player.counting == 0
    player.play(QUARTERS, count_in=True)
    seen = []
    for beat in range(4):
        now[0] = 0.03 + 0.5 * beat + 0.1
        seen.append((player.counting, player.position_ticks()))
    assert seen == [(1, 0), (2, 0), (3, 0), (4, 0)]
    now[0] = 2.2
    assert player.counting == 0
    player.stop()
    player.play(QUARTERS)
    assert player.counting == 0
    player.close()
