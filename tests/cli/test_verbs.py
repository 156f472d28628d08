"""The headless verbs, from the arguments to the file: exit codes, one sentence for what cannot be done."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from studio import __version__, cli
from studio.__main__ import window_wish
from studio.cli import common
from studio.core.messages import RenderRequest
from studio.core.picture import Picture
from studio.core.recipe import recipe_from_json
from studio.core.retouch import Retouch
from studio.core.score import Note, Score
from studio.engines.catalogue import Catalogue
from studio.files.clip import open_clip
from studio.files.midi import read_midi, write_midi
from studio.files.picture_file import open_picture
from studio.files.png import read_recipe, save_png
from studio.inference.export_jobs import picture_recipe
from tests.cli.conftest import Run, refused
from tests.tiny_models import write_tiny_models

VERBS = (
    *("generate", "render", "restyle", "stylize", "restyle-frames", "interpolate", "blend", "mix", "project"),
    *("paint", "denoise", "upscale", "inpaint", "restore"),
    *("compose", "infill", "judge", "morph", "play", "models", "train", "evaluate", "doctor"),
)


@pytest.fixture
def idea(tmp_path: Path) -> Path:
    notes = tuple(Note(i * 480, 480, pitch) for i, pitch in enumerate((62, 66, 69, 74)))
    write_midi(Score.empty("Idea").with_notes_added(0, notes), tmp_path / "idea.mid")
    return tmp_path / "idea.mid"


# --- pictures ---------------------------------------------------------------------------------------------


def test_a_picture_is_drawn_and_drawn_again_from_its_recipe(run: Run, tmp_path: Path) -> None:
    wish = ("--seed", 85, "--psi", 0.9, "--style", "wood=0.5", "--direction", "direction-1=2")
    assert run("generate", "tiny-gan", *wish, "-o", tmp_path / "a.png") == (0, "", "")
    found = read_recipe(tmp_path / "a.png")
    assert found is not None
    latent = found[0].latent
    assert latent is not None
    assert (latent.seed, latent.psi, latent.styles) == (85, 0.9, (("wood", 0.5),))
    assert (found[0].device, found[0].app) == ("cpu", __version__)
    assert run("render", tmp_path / "a.png", "-o", tmp_path / "b.png") == (0, "", "")
    assert np.array_equal(open_picture(tmp_path / "a.png").pixels, open_picture(tmp_path / "b.png").pixels)


def test_a_picture_may_be_larger(run: Run, tmp_path: Path) -> None:
    run("generate", "tiny-gan", "-o", tmp_path / "a.png", "--scale", 4)
    assert open_picture(tmp_path / "a.png").pixels.shape == (128, 128, 3)
    run("render", tmp_path / "a.png", "-o", tmp_path / "b.png", "--scale", 1)
    assert open_picture(tmp_path / "b.png").pixels.shape == (32, 32, 3)


def test_a_restyled_picture_carries_its_source_and_comes_back(run: Run, tmp_path: Path) -> None:
    noise = np.random.RandomState(0).randint(0, 255, (40, 60, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "in.png")
    wish = ("--style", "van gogh=1", "--size", 64, "--strength", 0.8, "--keep-colour")
    assert run("restyle", tmp_path / "in.png", *wish, "-o", tmp_path / "a.png")[0] == 0
    (tmp_path / "in.png").unlink()
    assert run("render", tmp_path / "a.png", "-o", tmp_path / "b.png")[0] == 0
    assert np.array_equal(open_picture(tmp_path / "a.png").pixels, open_picture(tmp_path / "b.png").pixels)


def test_a_photo_becomes_a_painting_and_again_from_its_recipe(run: Run, tmp_path: Path) -> None:
    noise = np.random.RandomState(0).randint(0, 255, (40, 60, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "in.png")
    wish = ("--strength", 0.5, "--size", 30, "-o", tmp_path / "a.png")
    assert run("paint", tmp_path / "in.png", *wish) == (0, "", "")
    painted = open_picture(tmp_path / "a.png").pixels
    found = read_recipe(tmp_path / "a.png")
    assert found is not None
    assert found[0].retouch == (Retouch("translate", strength=0.5),)
    assert found[1] is not None
    assert painted.shape == found[1].pixels.shape == (20, 30, 3)
    assert not np.array_equal(painted, found[1].pixels)
    (tmp_path / "in.png").unlink()
    assert run("render", tmp_path / "a.png", "-o", tmp_path / "b.png") == (0, "", "")
    assert np.array_equal(painted, open_picture(tmp_path / "b.png").pixels)


def test_masks_say_where_and_travel_in_the_recipe(run: Run, tmp_path: Path) -> None:
    noise = np.random.RandomState(0).randint(0, 255, (40, 80, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "in.png")
    left = np.zeros((20, 40), np.uint8)
    left[:, :15] = 255
    Image.fromarray(left).save(tmp_path / "left.png")
    Image.fromarray(255 - left).save(tmp_path / "right.png")
    styles = (
        "--style",
        f"munch scream=1@{tmp_path / 'left.png'}",
        "--style",
        f"monet=1@{tmp_path / 'right.png'}",
    )
    assert run("restyle", tmp_path / "in.png", *styles, "--size", 80, "-o", tmp_path / "two.png")[0] == 0
    wish = ("--style", "munch scream=1", "--size", 80, "--mask", tmp_path / "left.png")
    assert run("restyle", tmp_path / "in.png", *wish, "-o", tmp_path / "a.png")[0] == 0
    assert run("render", tmp_path / "a.png", "-o", tmp_path / "b.png")[0] == 0
    two, one, again = (open_picture(tmp_path / name).pixels for name in ("two.png", "a.png", "b.png"))
    assert np.array_equal(one, again)
    assert np.array_equal(one[:, 32:], noise[:, 32:])
    assert np.abs(one[:, :28].astype(int) - noise[:, :28]).mean() > 10
    assert np.array_equal(two[:, :28], one[:, :28])
    assert np.abs(two[:, 32:].astype(int) - noise[:, 32:]).mean() > 10


def test_a_mask_of_another_shape_is_refused(run: Run, tmp_path: Path) -> None:
    Image.new("RGB", (40, 20)).save(tmp_path / "in.png")
    Image.new("L", (20, 20)).save(tmp_path / "mask.png")
    wish = ("--style", "munch=1", "--mask", tmp_path / "mask.png", "-o", tmp_path / "a.png")
    refused(run("restyle", tmp_path / "in.png", *wish), "another shape")


@pytest.mark.parametrize("name", ["painted.webp", "painted.gif", "painted"])
def test_the_frames_of_a_clip_are_restyled(run: Run, tmp_path: Path, name: str) -> None:
    frames = [Image.new("RGB", (40, 20), (n * 30, 90, 60)) for n in range(4)]
    frames[0].save(tmp_path / "in.gif", save_all=True, append_images=frames[1:], duration=[50, 50, 90, 50])
    wish = ("--style", "munch=1", "--size", 64, "-o", tmp_path / name)
    assert run("restyle-frames", tmp_path / "in.gif", *wish) == (0, "", "")
    clip = open_clip(tmp_path / name)
    shown = list(clip.frames())
    assert [frame.pixels.shape for frame in shown] == [(32, 64, 3)] * 4
    if name.endswith(".webp"):
        assert [frame.duration_ms for frame in shown] == [50, 50, 90, 50]


def test_a_window_s_recipe_of_an_opened_picture_gives_no_false_alarm(run: Run, tmp_path: Path) -> None:
    """It also says where the picture lies in a model, which takes no part in the pixels."""
    source = Picture(np.zeros((40, 60, 3), np.uint8), "cat.jpg")
    recipe = replace(
        picture_recipe(RenderRequest(source=source), "", "test"), model_id="tiny-gan", weights_sha256="x"
    )
    save_png(tmp_path / "a.png", source.pixels, recipe, source)
    assert run("render", tmp_path / "a.png", "-o", tmp_path / "b.png") == (0, "", "")


@pytest.mark.parametrize("name", ["walk.webp", "walk.gif", "walk"])
def test_a_walk_from_seed_to_seed(run: Run, tmp_path: Path, name: str) -> None:
    wish = ("--seeds", "1, 2,3", "--frames", 6, "--loop", "-o", tmp_path / name)
    assert run("interpolate", "tiny-vae", *wish) == (0, "", "")
    assert (tmp_path / name).exists()


@pytest.fixture
def leaf(tmp_path: Path) -> Path:
    noise = np.random.RandomState(0).randint(0, 255, (40, 61, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "leaf.png")
    return tmp_path / "leaf.png"


@pytest.mark.parametrize(
    ("verb", "wish", "size"),
    [
        ("denoise", ("--strength", 0.5), (40, 61, 3)),
        ("upscale", (), (80, 122, 3)),
        ("upscale", ("--factor", 4), (160, 244, 3)),
    ],
)
def test_a_restored_picture_is_made_again_from_its_recipe(
    run: Run, tmp_path: Path, leaf: Path, verb: str, wish: tuple[object, ...], size: tuple[int, ...]
) -> None:
    before = open_picture(leaf).pixels
    assert run(verb, leaf, *wish, "-o", tmp_path / "a.png") == (0, "", "")
    leaf.unlink()
    assert run("render", tmp_path / "a.png", "-o", tmp_path / "b.png") == (0, "", "")
    made = open_picture(tmp_path / "a.png").pixels
    assert made.shape == size
    assert not np.array_equal(made, before)
    assert np.array_equal(made, open_picture(tmp_path / "b.png").pixels)


def test_denoising_by_nothing_keeps_every_byte(run: Run, tmp_path: Path, leaf: Path) -> None:
    assert run("denoise", leaf, "--strength", 0, "-o", tmp_path / "a.png") == (0, "", "")
    assert np.array_equal(open_picture(tmp_path / "a.png").pixels, open_picture(leaf).pixels)


def test_a_hole_is_mended_and_its_mask_travels_along(run: Run, tmp_path: Path, leaf: Path) -> None:
    mask = np.zeros((40, 61), dtype=np.uint8)
    mask[10:20, 5:30] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    before = open_picture(leaf).pixels
    assert run("inpaint", leaf, "--mask", tmp_path / "mask.png", "-o", tmp_path / "a.png") == (0, "", "")
    (tmp_path / "mask.png").unlink()
    assert run("render", tmp_path / "a.png", "-o", tmp_path / "b.png") == (0, "", "")
    made = open_picture(tmp_path / "a.png").pixels
    assert np.array_equal(made[mask == 0], before[mask == 0])
    assert not np.array_equal(made, before)
    assert np.array_equal(made, open_picture(tmp_path / "b.png").pixels)


def test_what_cannot_be_restored_is_said(run: Run, tmp_path: Path, leaf: Path) -> None:
    Image.new("L", (61, 40), 255).save(tmp_path / "all.png")
    Image.new("L", (9, 9)).save(tmp_path / "small.png")
    out = ("-o", tmp_path / "a.png")
    refused(run("inpaint", leaf, "--mask", tmp_path / "all.png", *out), "covers the whole picture")
    refused(run("inpaint", leaf, "--mask", tmp_path / "small.png", *out), "mask is 9 x 9 px")
    assert run("upscale", leaf, "--factor", 3, *out)[0] == 2
    assert run("denoise", leaf, "--strength", 1.5, *out)[0] == 2
    assert not (tmp_path / "a.png").exists()


# --- music ------------------------------------------------------------------------------------------------


def test_a_melody_goes_on_and_its_own_notes_stay(run: Run, tmp_path: Path, idea: Path) -> None:
    wish = ("--prompt", idea, "--bars", 2, "--style", "jig=1", "--seed", 4)
    assert run("compose", "tiny-melody", *wish, "-o", tmp_path / "more.mid") == (0, "", "")
    reading = read_midi(tmp_path / "more.mid")
    notes = sorted(reading.score.notes(), key=lambda note: note.start_ticks)
    assert [note.pitch for note in notes[:4]] == [62, 66, 69, 74]
    assert len(notes) > 4
    assert all(1920 <= note.start_ticks < 3 * 1920 for note in notes[4:])
    settings = recipe_from_json(reading.recipe).compose
    assert settings is not None
    assert (settings.seed, settings.bars, settings.styles) == (4, 2, (("jig", 1.0),))


def test_the_same_seed_is_the_same_melody(run: Run, tmp_path: Path) -> None:
    for name in ("a.mid", "b.mid"):
        run("compose", "tiny-melody", "--meter", "6/8", "--seed", 9, "-o", tmp_path / name)
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()
    assert read_midi(tmp_path / "a.mid").score.meter_at(0).numerator == 6


# --- models and machine -----------------------------------------------------------------------------------


def test_the_models_are_listed(run: Run) -> None:
    code, out, _ = run("models", "--json")
    listed = {card["id"]: card for card in json.loads(out)}
    assert code == 0
    assert {"tiny-gan", "tiny-vae", "tiny-melody", "style-transfer"} <= listed.keys()
    assert listed["tiny-gan"]["styles"] == ["sea", "wood"]
    assert "tiny-melody" in run("models")[1]


def test_the_doctor_finds_this_machine(run: Run) -> None:
    code, out, _ = run("doctor", "--json")
    report = json.loads(out)
    assert code == 0
    assert report["sections"]["versions"]["torch"] == torch.__version__
    assert report["sections"]["models"]["tiny-gan"] == "ok"
    assert "cpu" in report["sections"]["devices"]
    assert run("doctor")[1].startswith("versions")


def test_the_doctor_sees_weights_that_differ(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tiny_models(tmp_path)
    (tmp_path / "tiny-gan" / "model.safetensors").write_bytes(b"other")
    (tmp_path / "tiny-vae" / "model.safetensors").unlink()
    monkeypatch.setattr(common, "catalogue", lambda: Catalogue.scan([tmp_path]))
    report = json.loads(run("doctor", "--json")[1])
    assert report["sections"]["models"]["tiny-gan"] == "weights differ from the card"
    assert "The model tiny-vae cannot be used: weights missing." in report["troubles"]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str) -> None:
    result = CliRunner().invoke(cli.app, [verb, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_the_version(run: Run) -> None:
    assert run("--version") == (0, f"Latent Studio {__version__}\n", "")


# --- what cannot be done ----------------------------------------------------------------------------------


def test_a_missing_model(run: Run, tmp_path: Path) -> None:
    refused(run("generate", "nope", "-o", tmp_path / "a.png"), "There is no model named 'nope'.")
    refused(run("compose", "tiny-gan", "-o", tmp_path / "a.mid"), "makes no music")
    refused(run("generate", "tiny-melody", "-o", tmp_path / "a.png"), "makes no pictures")
    assert list(tmp_path.iterdir()) == []


def test_a_model_without_its_weights(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tiny_models(tmp_path / "models")
    (tmp_path / "models" / "tiny-gan" / "model.safetensors").unlink()
    monkeypatch.setattr(common, "catalogue", lambda: Catalogue.scan([tmp_path / "models"]))
    refused(run("generate", "tiny-gan", "-o", tmp_path / "a.png"), "The weights of Tiny-Gan are missing.")


def test_an_unknown_device(run: Run, tmp_path: Path) -> None:
    refused(
        run("generate", "tiny-gan", "--device", "tpu", "-o", tmp_path / "a.png"), "The device 'tpu' is not"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.png", "a.webp"])
def test_an_unwritable_folder(run: Run, tmp_path: Path, name: str) -> None:
    verb = ("generate", "tiny-gan") if name == "a.png" else ("interpolate", "tiny-gan", "--seeds", "1,2")
    refused(run(*verb, "-o", tmp_path / "no such folder" / name), f"{name} could not be written.")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "empty"), (b"words", "not a picture"), (b"\x89PNG\r\n\x1a\n12", "in.png is")]
)
@pytest.mark.parametrize("verb", ["render", "restyle"])
def test_bad_pictures(run: Run, tmp_path: Path, verb: str, content: bytes, words: str) -> None:
    (tmp_path / "in.png").write_bytes(content)
    more = ("--style", "munch=1") if verb == "restyle" else ()
    refused(run(verb, tmp_path / "in.png", *more, "-o", tmp_path / "out.png"), words)
    assert [path.name for path in tmp_path.iterdir()] == ["in.png"]


def test_a_cut_picture_of_our_own(run: Run, tmp_path: Path) -> None:
    run("generate", "tiny-gan", "-o", tmp_path / "in.png")
    whole = (tmp_path / "in.png").read_bytes()
    (tmp_path / "in.png").write_bytes(whole[: len(whole) // 2])
    refused(run("render", tmp_path / "in.png", "-o", tmp_path / "out.png"), "damaged or cut short")


def test_a_picture_without_a_recipe(run: Run, tmp_path: Path) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "in.png")
    refused(run("render", tmp_path / "in.png", "-o", tmp_path / "out.png"), "There is no recipe in in.png.")


@pytest.mark.parametrize(
    "content", [b"", b"just words", b"MThd\0\0\0\6\0\1\0\1"], ids=["empty", "text", "cut"]
)
@pytest.mark.parametrize("verb", ["compose", "play"])
def test_bad_midi(run: Run, tmp_path: Path, verb: str, content: bytes) -> None:
    (tmp_path / "in.mid").write_bytes(content)
    start = ("compose", "tiny-melody", "--prompt") if verb == "compose" else ("play",)
    refused(run(*start, tmp_path / "in.mid", "-o", tmp_path / "out"), "in.mid")
    assert [path.name for path in tmp_path.iterdir()] == ["in.mid"]


def test_names_that_a_model_does_not_know(run: Run, tmp_path: Path) -> None:
    out = ("-o", tmp_path / "a.png")
    refused(run("generate", "tiny-gan", "--style", "desert=1", *out), "no style named 'desert'")
    refused(run("generate", "tiny-gan", "--direction", "up=1", *out), "no direction named 'up'")
    refused(run("compose", "tiny-melody", "--style", "tango=1", *out), "no style named 'tango'")
    refused(run("generate", "tiny-gan", "--psi", 9, *out), "Truncation")


def test_training_takes_a_device_and_a_model_to_begin_with(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr("studio.training.__main__.run", lambda *wishes: asked.append(wishes))
    code, _, _ = run(
        *("train", "r.toml", "--data", tmp_path, "--out", "out", "--from", "models/x", "--device", "mps")
    )
    assert code == 0
    assert asked == [(Path("r.toml"), tmp_path, Path("out"), False, Path("models/x"), "mps")]


def test_training_without_recipe_or_data(run: Run, tmp_path: Path) -> None:
    refused(
        run("train", tmp_path / "no.toml", "--data", tmp_path, "--out", tmp_path / "out"), "cannot be read"
    )
    refused(
        run("train", tmp_path / "no.toml", "--data", tmp_path / "no", "--out", tmp_path / "out"), "no folder"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("generate", "tiny-gan"),
        ("generate", "tiny-gan", "-o", "a.bmp"),
        ("generate", "tiny-gan", "-o", "a.png", "--seed", "-1"),
        ("generate", "tiny-gan", "-o", "a.png", "--style", "sea"),
        ("generate", "tiny-gan", "-o", "a.png", "--style", "sea=nan"),
        ("generate", "tiny-gan", "-o", "a.png", "--scale", "3"),
        ("interpolate", "tiny-gan", "-o", "a.webp", "--seeds", "1,x"),
        ("compose", "tiny-melody", "-o", "a.mid", "--meter", "waltz"),
        ("compose", "tiny-melody", "-o", "a.mid", "--meter", "4/5"),
        ("restyle", "a.png", "-o", "b.png"),
        ("restyle", "a.png", "-o", "b.png", "--style", "munch=1", "--size", "8193"),
        ("restyle-frames", "a.gif", "-o", "b.gif"),
        ("paint",),
    ],
    ids=" ".join,
)
def test_what_is_not_understood_is_a_usage_error(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "Usage:" in err


@pytest.mark.expects_log
def test_a_bug_is_one_line_too_and_its_details_come_with_debug(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Catalogue:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(common, "catalogue", broken)
    refused(run("models"), "Something went wrong: a bug")
    assert "Traceback" in run("--debug", "models")[2]


# --- the way to the window --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "wish"),
    [
        ([], ([], "")),
        (["open"], ([], "")),
        (["--device", "cpu"], ([], "cpu")),
        (["open", "--device=cuda:1", "a", "b.png"], (["a", "b.png"], "cuda:1")),
        (["tunes/idea.mid"], (["tunes/idea.mid"], "")),
        (["models"], None),
        (["--version"], None),
        (["open", "--help"], None),
        (["paint"], None),
    ],
)
def test_what_opens_the_window(arguments: list[str], wish: object) -> None:
    assert window_wish(arguments) == wish


def test_the_command_line_imports_neither_qt_nor_torch() -> None:
    code = "import sys, studio.cli; sys.exit(bool({'torch', 'PySide6'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_start_imports_nothing_heavy() -> None:
    code = "import sys, studio.__main__; sys.exit(bool({'torch', 'PySide6', 'typer'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
