"""The verbs that write and play melodies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio.cli import music_options as opt
from studio.cli.answers import Asked, asked_like, save, write_passage, write_voices
from studio.cli.common import AsJson, Device, Out, Seed, Weights, app, card_of, errors, pairs
from studio.core.errors import StudioError
from studio.core.parameter import GUIDANCE, TEMPERATURE, TOP_P
from studio.core.recipe import ComposeSettings
from studio.core.score import Score
from studio.files.midi import read_midi
from studio.inference.composing import key_told

MELODIES = "melody-lstm"
VOICES = ("music.chorale_lstm",)  # families that write voices of a choir
WHAT = "melody-lstm where none is named."


@app.command(
    epilog="`latent-studio compose --prompt idea.mid --bars 8 --style jig=1 -o more.mid`, "
    '`latent-studio compose --bars 8 --scale "D dorian" --chords "Dm C" --end-on D --candidates 3 -o tune.mid`'
)
def compose(
    out: Out,
    model: Annotated[str, typer.Argument(help=WHAT)] = "",
    named: Annotated[str, typer.Option("--model", help=WHAT)] = "",
    prompt: Annotated[Path | None, typer.Option(help="A MIDI file to go on from.")] = None,
    track: Annotated[int, typer.Option(min=0, help="Of the prompt; 0: the melody's.")] = 0,
    bars: opt.Bars = 4,
    seed: Seed = 0,
    temperature: opt.Temperature = TEMPERATURE.default,
    top_p: opt.TopP = TOP_P.default,
    style: Weights = [],  # noqa: B006
    attribute: opt.Attributes = [],  # noqa: B006
    guidance: opt.Guidance = GUIDANCE.default,
    scale: opt.Scale = "",
    range_: opt.Range = "",
    chords: opt.Chords = "",
    start_on: opt.StartOn = "",
    end_on: opt.EndOn = "",
    polyphony: opt.Polyphony = 0,
    candidates: opt.Candidates = 1,
    best_of: opt.BestOf = 1,
    mood: opt.MoodAsked = "",
    meter: Annotated[str, typer.Option(help="Where there is no prompt, as in 6/8.")] = "4/4",
    like: opt.Like = None,
    as_json: AsJson = False,
    device: Device = "auto",
) -> None:
    """Let a model go on from a melody, or begin one."""
    settings = ComposeSettings(
        seed, bars, TEMPERATURE.check(temperature), TOP_P.check(top_p), pairs(style), -1,
        (track - 1,) if track else (), opt.checked_scale(scale), *opt.bounds_of(range_), pairs(attribute), guidance,
        chords, opt.classes_of(start_on, "--start-on"), opt.classes_of(end_on, "--end-on"), best_of, polyphony,
        meter="" if prompt else meter, mood=opt.mood_of(mood),
    )  # fmt: skip
    if like:
        asked = asked_like(like, out, prompt)
    else:
        asked = Asked(card_of(model or named or MELODIES, "music"), settings, out, prompt)
    score = read_score(prompt) if prompt else _empty_score(asked.settings)
    save(write_passage(score, asked, candidates, device), asked, as_json)


@app.command(
    epilog="`latent-studio infill tune.mid --bars 5-8 -o other.mid --seed 3 --end-on D`, "
    "`latent-studio infill tune.mid --bars 3 --track 2 --keep-rhythm --candidates 4 -o idea.mid`"
)
def infill(
    file: Path,
    out: Out,
    bars: Annotated[str, typer.Option(help="The bars to be written, as in 5-8.")] = "",
    track: Annotated[list[int], typer.Option(min=1, help="Counted from 1; the melody's where none is.")] = [],  # noqa: B006
    model: Annotated[str, typer.Option(help="A model of melodies or of voices.")] = MELODIES,
    keep_rhythm: Annotated[bool, typer.Option(help="Only the pitches are new.")] = False,
    keep_notes: Annotated[bool, typer.Option(help="What stands there stays; new notes go between.")] = False,
    seed: Seed = 0,
    temperature: opt.Temperature = TEMPERATURE.default,
    top_p: opt.TopP = TOP_P.default,
    style: Weights = [],  # noqa: B006
    attribute: opt.Attributes = [],  # noqa: B006
    guidance: opt.Guidance = GUIDANCE.default,
    scale: opt.Scale = "",
    range_: opt.Range = "",
    chords: opt.Chords = "",
    start_on: opt.StartOn = "",
    end_on: opt.EndOn = "",
    polyphony: opt.Polyphony = 0,
    candidates: opt.Candidates = 1,
    best_of: opt.BestOf = 1,
    mood: opt.MoodAsked = "",
    like: opt.Like = None,
    as_json: AsJson = False,
    device: Device = "auto",
) -> None:
    """Write some bars anew: all else stays as it is, and the new notes lead from what is before to what is after."""
    if keep_rhythm and keep_notes:
        raise typer.BadParameter("keep the rhythm or the notes, not both", param_hint="--keep-rhythm")
    first, count = opt.bars_of(bars) if bars or not like else (0, 1)
    settings = ComposeSettings(
        seed, count, TEMPERATURE.check(temperature), TOP_P.check(top_p), pairs(style), first,
        tuple(number - 1 for number in track), opt.checked_scale(scale), *opt.bounds_of(range_), pairs(attribute),
        guidance, chords, opt.classes_of(start_on, "--start-on"), opt.classes_of(end_on, "--end-on"), best_of,
        polyphony, keep_rhythm, keep_notes, mood=opt.mood_of(mood),
    )  # fmt: skip
    asked = asked_like(like, out, file) if like else Asked(card_of(model, "music"), settings, out, file)
    write = write_voices if asked.card.family in VOICES else write_passage
    save(write(read_score(file), asked, candidates, device), asked, as_json)


@app.command(
    epilog="`latent-studio play more.mid`, `latent-studio play more.mid -o more.flac --bits 24 --normalise`, "
    "`latent-studio play more.mid -o more.wav --stems`"
)
def play(
    file: Path,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write a .wav, .flac or .ogg file instead.")
    ] = None,
    stems: Annotated[bool, typer.Option(help="A file for each track that is heard, in a folder.")] = False,
    bits: Annotated[int, typer.Option(help="16, 24, or 32 for floating point.")] = 16,
    normalise: Annotated[bool, typer.Option(help="Let the loudest sample stand at -1 dB.")] = False,
) -> None:
    """Play a MIDI file, or write it as sound."""
    if bits not in (16, 24, 32):
        raise typer.BadParameter("16, 24 or 32", param_hint="--bits")
    if stems and out is None:
        raise typer.BadParameter("say with --out what the files are to be", param_hint="--stems")
    score = read_score(file)
    if out is None:
        from studio.audio.play_through import play_through

        with errors.status("Playing; Ctrl+C stops"):
            play_through(score)
    else:
        from studio.audio.rendering import SoundFormat, finish, mix_steps, stem_folder, stem_steps

        folder = stem_folder(out)
        with errors.status("Rendering"):
            finish((stem_steps if stems else mix_steps)(score, out, SoundFormat(bits, normalise)))
        if stems:
            typer.echo("\n".join(str(path) for path in sorted(folder.iterdir())))


def _empty_score(settings: ComposeSettings) -> Score:
    """In the metre that was told, and in the key of the scale."""
    beats, _, unit = (settings.meter or "4/4").partition("/")
    if not (beats.isdecimal() and unit.isdecimal()):
        raise typer.BadParameter("give a metre as in 6/8", param_hint="--meter")
    try:
        score = Score.empty(numerator=int(beats), denominator=int(unit))
    except StudioError as error:
        raise typer.BadParameter(error.detail, param_hint="--meter") from error
    key = key_told(settings)
    return score.with_key(key.fifths, key.minor) if key else score


def read_score(path: Path) -> Score:
    reading = read_midi(path)
    for warning in reading.warnings:
        errors.print(warning, markup=False)
    return reading.score
