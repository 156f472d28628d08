"""Rendering: a score as a sound file, or one file a track, faster than it would play. Any thread.

Invariant: what is written is there whole once the steps have ended; steps that are closed early leave nothing. Stems
are as long as the mix and add up to it: they are heard through the same reverb and chorus, which are linear, and a
track that shares its channel with another keeps that channel's pedal and bends. (FluidSynth begins a note a little
otherwise on a voice that was used before: the sum differs from the mix by about -50 dB.)
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.audio.synth import Synth
from studio.core.errors import StudioError
from studio.core.performance import ControlEvent, SoundEvent, audible, sound_events, voices
from studio.core.score import Score

SAMPLE_RATE = 44_100
TAIL_SECONDS = 2.0
CEILING = 10 ** (-1 / 20)  # -1 dBFS, where a normalised peak comes to stand
WRITE_FRAMES = 65_536
KINDS = {".wav": "WAV", ".flac": "FLAC", ".ogg": "OGG"}
SUBTYPES = {
    (".wav", 16): "PCM_16", (".wav", 24): "PCM_24", (".wav", 32): "FLOAT",
    (".flac", 16): "PCM_16", (".flac", 24): "PCM_24", (".flac", 32): "PCM_24",
    (".ogg", 16): "VORBIS", (".ogg", 24): "VORBIS", (".ogg", 32): "VORBIS",
}  # fmt: skip
Progress = Iterator[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SoundFormat:
    """bits: 16, 24, or 32 for floating point (WAV only; FLAC then has 24); normalised: the peak comes to -1 dBFS."""

    bits: int = 16
    normalised: bool = False
    sample_rate: int = SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class _Part:
    """What one file plays, and where it is written."""

    events: Sequence[SoundEvent]
    path: Path


def mix_steps(score: Score, path: Path, kind: SoundFormat = SoundFormat()) -> Progress:
    """Write the score as WAV, FLAC or OGG by the name's ending, second by second; yields (seconds done, seconds in
    all). StudioError where it cannot be rendered or written."""
    _check(path)
    part = path.with_name(f".{path.name}.part")
    with _written(path, lambda: part.unlink(missing_ok=True)):
        yield from _render(score, (_Part(sound_events(score), part),), path.suffix.lower(), kind)
        os.replace(part, path)


def stem_steps(score: Score, path: Path, kind: SoundFormat = SoundFormat()) -> Progress:
    """Write each track that is heard as a file of its own, of the kind that `path` ends in, into `stem_folder(path)`.
    Normalised, all get the gain that the mix would have got."""
    _check(path)
    ending, folder = path.suffix.lower(), stem_folder(path)
    making = folder.with_name(f".{folder.name}.part")
    with _written(folder, lambda: shutil.rmtree(making, ignore_errors=True)):
        making.mkdir()
        names = [f"{at:02} {_plain(track.name)}{ending}" for at, (track, _) in enumerate(audible(score), 1)]
        parts = [_Part(events, making / name) for events, name in zip(_stems(score), names, strict=True)]
        yield from _render(score, parts, ending, kind)
        os.replace(making, folder)


def stem_folder(path: Path) -> Path:
    """A folder beside `path` that is not there yet: "tune stems", else "tune stems 2" and so on."""
    wished, number = path.with_name(f"{path.stem} stems"), 2
    folder = wished
    while folder.exists():
        folder, number = wished.with_name(f"{wished.name} {number}"), number + 1
    return folder


def finish(steps: Progress) -> None:
    """All steps in one go."""
    for _ in steps:
        pass


def _check(path: Path) -> None:
    if path.suffix.lower() not in KINDS:
        raise StudioError(
            f"{path.name} says no kind of sound file.", "", "Let its name end in .wav, .flac or .ogg."
        )


@contextmanager
def _written(target: Path, clean: Callable[[], None]) -> Iterator[None]:
    """Whatever happens, nothing half-written stays."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise StudioError(
            f"{target.name} could not be written.", str(error), "Choose a folder that you may write to."
        ) from error
    finally:
        clean()


def _stems(score: Score) -> list[list[SoundEvent]]:
    """For each track that is heard what its channel does, and its own notes alone."""
    heard = audible(score)
    alone = [sound_events(_with_only(score, index)) for index in _indices(score)]
    every = [event for event in sound_events(score) if isinstance(event, ControlEvent)]
    return [
        sorted(
            [event for event in own if not isinstance(event, ControlEvent)]
            + [event for event in every if event.channel == channel],
            key=lambda event: event[:2],
        )
        for own, (_, channel) in zip(alone, heard, strict=True)
    ]


def _indices(score: Score) -> list[int]:
    heard = [id(track) for track, _ in audible(score)]
    return [index for index, track in enumerate(score.tracks) if id(track) in heard]


def _with_only(score: Score, index: int) -> Score:
    tracks = tuple(replace(track, solo=at == index) for at, track in enumerate(score.tracks))
    return replace(score, tracks=tracks)


def _render(score: Score, parts: Sequence[_Part], ending: str, kind: SoundFormat) -> Progress:
    """Render each part into its file; where they are normalised first as they come, then with the gain."""
    frames = round((score.seconds_at(score.end_ticks) + TAIL_SECONDS) * kind.sample_rate)
    total, before = len(parts) * frames // kind.sample_rate, 0
    raw = SoundFormat(32, sample_rate=kind.sample_rate)
    for part in parts:
        first, like = (".wav", raw) if kind.normalised else (ending, kind)
        for seconds in _one(score, part, frames, (first, like)):
            yield min(before + seconds, total), total
        before += frames // kind.sample_rate
    if kind.normalised:
        gain = CEILING / max(_peak([part.path for part in parts]), 1e-6)
        for part in parts:
            _write_again(part.path, gain, ending, kind)


def _one(score: Score, part: _Part, frames: int, how: tuple[str, SoundFormat]) -> Iterator[int]:
    """One file; yields the seconds that are done, each once."""
    ending, kind = how
    synth, done, rate = Synth(kind.sample_rate), 0, kind.sample_rate
    try:
        for voice in voices(score):
            synth.set_voice(voice)
        with _sound_file(part.path, ending, kind) as file:
            for samples in _played(synth, score, part.events, (frames, rate)):
                file.write(samples if kind.bits == 32 else samples.clip(-1.0, 1.0))
                before, done = done, done + len(samples)
                if done // rate > before // rate:
                    yield done // rate
    finally:
        synth.close()


def _played(
    synth: Synth, score: Score, events: Sequence[SoundEvent], length: tuple[int, int]
) -> Iterator[NDArray[np.float32]]:
    """The samples of `length` (frames, frames a second), in pieces of a second at most."""
    frames, rate = length
    done = 0
    for event in (*events, None):
        at = frames if event is None else min(frames, round(score.seconds_at(event.ticks) * rate))
        while at > done:
            piece = min(rate, at - done)
            yield synth.samples(piece)
            done += piece
        if event is not None:
            synth.play(event)


def _sound_file(path: Path, ending: str, kind: SoundFormat) -> Any:
    import soundfile

    subtype = SUBTYPES[ending, kind.bits]
    return soundfile.SoundFile(path, "w", kind.sample_rate, 2, subtype, format=KINDS[ending])


def _peak(paths: Sequence[Path]) -> float:
    """Of all files together."""
    import soundfile

    peak = 0.0
    for blocks in zip(
        *(soundfile.blocks(path, WRITE_FRAMES, dtype="float32") for path in paths), strict=True
    ):
        peak = max(peak, float(np.abs(np.sum(blocks, axis=0)).max(initial=0.0)))
    return peak


def _write_again(path: Path, gain: float, ending: str, kind: SoundFormat) -> None:
    import soundfile

    louder = path.with_name(f"{path.name}.gain")
    try:
        with _sound_file(louder, ending, kind) as file:
            for block in soundfile.blocks(path, WRITE_FRAMES, dtype="float32"):
                file.write((block * gain).clip(-1.0, 1.0))
        os.replace(louder, path)
    finally:
        louder.unlink(missing_ok=True)


def _plain(name: str) -> str:
    """A track's name as a file may have it."""
    kept = "".join(letter if letter.isalnum() or letter in " -_" else "_" for letter in name).strip()
    return kept[:60] or "Track"
