"""Rendering: what is heard in a file, of every kind, and in one file a track."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from studio.audio import rendering
from studio.audio.rendering import SoundFormat, finish, mix_steps, stem_folder, stem_steps
from studio.core.control import BEND, SUSTAIN, Control
from studio.core.errors import StudioError
from studio.core.score import Note, Score, Track

SCORE = Score.empty(bpm=120).with_notes_added(0, [Note(i * 480, 120, 60 + 4 * i) for i in range(4)])
BAND = Score(
    (
        Track("Piano", channel=0, notes=tuple(Note(i * 240, 200, 60 + i) for i in range(6))),
        Track("Strings / low", program=48, channel=1, notes=(Note(0, 1200, 50),)),
        Track("Quiet", channel=2, muted=True, notes=(Note(0, 1200, 90),)),
        Track("Drums", channel=9, notes=tuple(Note(i * 480, 100, 36) for i in range(3))),
    )
)
pytestmark = pytest.mark.usefixtures("fluidsynth")


def rendered(score: Score, folder: Path) -> NDArray[np.int16]:
    """The samples (frames, 2) of a score's WAV file."""
    finish(mix_steps(score, folder / "score.wav"))
    samples: NDArray[np.int16] = soundfile.read(folder / "score.wav", dtype="int16")[0]
    return samples


def test_notes_sound_where_they_stand(tmp_path: Path) -> None:
    samples = rendered(SCORE, tmp_path)
    assert samples.shape[1] == 2
    loud = np.abs(samples.astype(float)).mean(1)
    for beat in range(4):
        at = round(beat * 0.5 * rendering.SAMPLE_RATE)
        assert loud[at + 500 : at + 3000].mean() > 2 * loud[max(0, at - 2500) : at + 1].mean()
    assert loud.max() > 300


def test_a_muted_score_is_silent(tmp_path: Path) -> None:
    muted = SCORE.with_track(0, SCORE.tracks[0].__class__("A", notes=SCORE.tracks[0].notes, muted=True))
    assert np.abs(rendered(muted, tmp_path)).max() <= 2


def controlled(*controls: Control) -> Score:
    """One short note on strings, with controls."""
    return Score((Track(program=48, notes=(Note(0, 240, 69),), controls=controls),))


def test_a_pedal_holds_a_note_and_lets_it_go(tmp_path: Path) -> None:
    def loud_at(second: float, score: Score) -> float:
        at = round(second * rendering.SAMPLE_RATE)
        return float(np.abs(rendered(score, tmp_path)[at : at + 4000].astype(float)).mean())

    dry, held = controlled(), controlled(Control(0, SUSTAIN, 127))
    lifted = controlled(Control(0, SUSTAIN, 127), Control(480, SUSTAIN, 0))
    assert loud_at(1.2, held) > 5 * loud_at(1.2, dry)
    assert loud_at(1.6, held) > 5 * loud_at(1.6, lifted)


def test_a_bend_bends(tmp_path: Path) -> None:
    def pitch(score: Score) -> float:
        part = rendered(score, tmp_path)[4000:12192, 0].astype(float)
        return float(np.abs(np.fft.rfft(part * np.hanning(8192))).argmax() * rendering.SAMPLE_RATE / 8192)

    straight, bent = pitch(controlled()), pitch(controlled(Control(0, BEND, 8191)))
    assert bent / straight == pytest.approx(2 ** (2 / 12), rel=0.02)


def test_a_wav_file_is_written_whole(tmp_path: Path) -> None:
    finish(mix_steps(SCORE, tmp_path / "a.wav"))
    assert (tmp_path / "a.wav").read_bytes()[:4] == b"RIFF"
    with pytest.raises(StudioError, match="could not be written"):
        finish(mix_steps(SCORE, tmp_path / "none" / "a.wav"))
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_a_cancelled_export_leaves_no_file(tmp_path: Path) -> None:
    steps = mix_steps(SCORE, tmp_path / "a.wav")
    done, total = next(steps)
    assert 0 < done <= total
    steps.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "bits", "subtype"),
    [
        ("a.wav", 16, "PCM_16"),
        ("a.wav", 24, "PCM_24"),
        ("a.wav", 32, "FLOAT"),
        ("a.FLAC", 24, "PCM_24"),
        ("a.ogg", 16, "VORBIS"),
    ],
)
def test_every_kind_of_file_holds_the_same_music(name: str, bits: int, subtype: str, tmp_path: Path) -> None:
    finish(mix_steps(SCORE, tmp_path / name, SoundFormat(bits)))
    samples, rate = soundfile.read(tmp_path / name)
    assert soundfile.info(tmp_path / name).subtype == subtype
    assert len(samples) / rate == pytest.approx(
        SCORE.seconds_at(SCORE.end_ticks) + rendering.TAIL_SECONDS, abs=0.01
    )
    plain = rendered(SCORE, tmp_path).astype(float) / 32768
    assert np.sqrt(((samples - plain) ** 2).mean()) < 0.05 * np.sqrt((plain**2).mean())


def test_a_name_without_a_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no kind of sound file"):
        finish(mix_steps(SCORE, tmp_path / "a.mp3"))


def test_normalised_the_loudest_sample_stands_at_one_decibel_below_full(tmp_path: Path) -> None:
    finish(mix_steps(SCORE, tmp_path / "a.wav", SoundFormat(24, normalised=True)))
    assert np.abs(soundfile.read(tmp_path / "a.wav")[0]).max() == pytest.approx(10 ** (-1 / 20), abs=1e-4)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.parametrize("normalised", [False, True])
def test_stems_are_as_long_as_the_mix_and_add_up_to_it(normalised: bool, tmp_path: Path) -> None:
    kind = SoundFormat(32, normalised)
    finish(mix_steps(BAND, tmp_path / "song.wav", kind))
    finish(stem_steps(BAND, tmp_path / "song.wav", kind))
    files = sorted((tmp_path / "song stems").iterdir())
    assert [file.name for file in files] == ["01 Piano.wav", "02 Strings _ low.wav", "03 Drums.wav"]
    mix = soundfile.read(tmp_path / "song.wav")[0]
    stems = [soundfile.read(file)[0] for file in files]
    assert {stem.shape for stem in stems} == {mix.shape}
    assert np.sqrt(((sum(stems) - mix) ** 2).mean()) < 0.01 * np.sqrt((mix**2).mean())
    assert all(np.abs(stem).max() > 0.01 for stem in stems)


def test_a_stem_keeps_the_pedal_of_the_channel_that_it_shares(tmp_path: Path) -> None:
    held = Track("Pedal", program=48, controls=(Control(0, SUSTAIN, 127),), notes=(Note(0, 60, 40),))
    short = Track("Short", program=48, notes=(Note(0, 240, 69),))
    finish(stem_steps(Score((held, short)), tmp_path / "a.wav", SoundFormat(32)))
    samples, rate = soundfile.read(tmp_path / "a stems" / "02 Short.wav")
    assert np.abs(samples[round(1.2 * rate) :][:4000]).mean() > 0.01


def test_stems_of_before_stay_and_cancelled_ones_leave_nothing(tmp_path: Path) -> None:
    (tmp_path / "a stems").mkdir()
    assert stem_folder(tmp_path / "a.wav").name == "a stems 2"
    for kind in (SoundFormat(), SoundFormat(16, normalised=True)):
        steps: Iterator[tuple[int, int]] = stem_steps(BAND, tmp_path / "a.wav", kind)
        done = [next(steps) for _ in range(4)]
        assert done == sorted(done)
        steps.close()
        assert [path.name for path in tmp_path.iterdir()] == ["a stems"]


def test_soloed_tracks_are_the_only_stems(tmp_path: Path) -> None:
    solo = BAND.with_track(0, replace(BAND.tracks[0], solo=True))
    finish(stem_steps(solo, tmp_path / "a.ogg"))
    assert [path.name for path in (tmp_path / "a stems").iterdir()] == ["01 Piano.ogg"]


def loudness(score: Score, folder: Path) -> float:
    return float(np.abs(rendered(score, folder).astype(float)).mean())


def test_a_second_drum_kit_and_a_twentieth_instrument_sound_as_themselves(tmp_path: Path) -> None:
    kit = Track("Loud kit", 0, tuple(Note(480 * i, 120, 38) for i in range(4)), 9)
    quiet = Track("No kit", 0, (Note(0, 120, 36),), 9, volume=0)
    assert loudness(Score((kit, quiet)), tmp_path) > 0.5 * loudness(Score((kit,)), tmp_path)
    many = [Track(f"{n}", n, (Note(0, 120, 40),), n % 9, volume=0) for n in range(20)]
    tune = Track("Tune", 56, (Note(0, 960, 72),), 3)
    assert loudness(Score((tune, *many)), tmp_path) > 0.9 * loudness(Score((tune,)), tmp_path)
    kick = Track("Second kit", 0, (Note(0, 240, 35),), 9, volume=101)
    both, alone = rendered(Score((quiet, kick)), tmp_path), rendered(Score((kick,)), tmp_path)
    np.testing.assert_allclose(both, alone, atol=650)
