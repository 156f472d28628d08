"""`import-model` and what follows: a checkpoint becomes a model like any other, or one sentence."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from studio.cli import common
from studio.core.latent import seed_z
from studio.engines.catalogue import Catalogue, read_card
from studio.files.checkpoint_stylegan2 import mapping_shapes, synthesis_shapes
from studio.files.checkpoint_stylegan3 import synthesis_shapes as sg3_shapes
from studio.files.locations import user_models_dir
from tests import tiny_checkpoints as tiny
from tests.cli.conftest import Run, refused
from tests.plain_lightweight import save_lightweight, tiny_plain


@pytest.fixture
def verbs(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The verbs, with the user's own models in the list."""
    monkeypatch.setattr(common, "catalogue", lambda: Catalogue.scan((user_models_dir(),)))
    return run


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    path = tmp_path / "Own Faces.pkl"
    arrays = tiny.random_arrays({**mapping_shapes(tiny.SG2), **synthesis_shapes(tiny.SG2)})
    path.write_bytes(tiny.nvidia_pickle(arrays, tiny.sg2_notes(tiny.SG2)))
    return path


def imported(verbs: Run, path: Path, *more: str) -> dict[str, object]:
    code, out, err = verbs("import-model", path, "--json", *more)
    assert (code, err) == (0, "")
    return json.loads(out)


def test_a_checkpoint_becomes_a_model_that_draws(verbs: Run, checkpoint: Path, tmp_path: Path) -> None:
    told = imported(verbs, checkpoint, "--licence", "CC0")
    assert {key: told[key] for key in ("kind", "size", "classes", "imported")} == {
        "kind": "StyleGAN2", "size": [16, 16], "classes": 0, "imported": True,
    }  # fmt: skip
    folder = user_models_dir() / str(told["id"])
    card = read_card(folder / "card.json")
    assert (card.name, card.licence, card.family) == ("Own Faces", "CC0", "picture.stylegan2")
    with Image.open(folder / "preview.webp") as preview:
        assert preview.size == (288, 288)
    assert told["id"] in verbs("models")[1].replace("\n", "")
    moved = ("--direction", "pca-0=2", "--psi", "0.7", "--cutoff", 4, "--noise-seed", 7, "--noise", 0.5)
    for name, more in (("a.png", ()), ("b.png", moved)):
        assert verbs("generate", told["id"], "--seed", 85, "-o", tmp_path / name, *more)[0] == 0
    assert verbs("render", tmp_path / "b.png", "-o", tmp_path / "again.png")[0] == 0
    pictures = [np.asarray(Image.open(tmp_path / name)) for name in ("a.png", "b.png", "again.png")]
    assert pictures[0].shape == (16, 16, 3)
    np.testing.assert_array_equal(pictures[1], pictures[2])
    assert not np.array_equal(pictures[0], pictures[1])


def test_a_picture_is_found_in_an_imported_model(verbs: Run, checkpoint: Path, tmp_path: Path) -> None:
    model, photo, out = imported(verbs, checkpoint)["id"], tmp_path / "photo.png", tmp_path / "found.png"
    Image.new("RGB", (40, 30), (200, 90, 20)).save(photo)
    code, words, err = verbs("project", photo, "--model", model, "--steps", 4, "-o", out)
    assert (code, err) == (0, "")
    assert words.strip().endswith("after 4 steps")
    assert verbs("render", out, "-o", tmp_path / "again.png")[0] == 0
    np.testing.assert_array_equal(np.asarray(Image.open(out)), np.asarray(Image.open(tmp_path / "again.png")))


def test_a_second_import_is_noticed_whatever_the_file(verbs: Run, checkpoint: Path, tmp_path: Path) -> None:
    first = imported(verbs, checkpoint)
    copy = tmp_path / "copy.pkl"
    arrays = tiny.random_arrays({**mapping_shapes(tiny.SG2), **synthesis_shapes(tiny.SG2)})
    copy.write_bytes(tiny.nvidia_pickle(arrays, tiny.sg2_notes(tiny.SG2), key=None, protocol=3))
    again = imported(verbs, copy, "--name", "Another name")
    assert (again["was_here"], again["id"]) == (True, first["id"])
    assert [folder.name for folder in user_models_dir().iterdir()] == [first["id"]]


def test_a_stylegan3_is_shifted_and_turned(verbs: Run, tmp_path: Path) -> None:
    path = tmp_path / "three.pkl"
    config = tiny.sg3_config(turns=True)
    arrays = tiny.sg3_arrays({**mapping_shapes(config), **sg3_shapes(config)})
    path.write_bytes(tiny.nvidia_pickle(arrays, tiny.sg3_notes(config)))
    told = imported(verbs, path)
    assert told["kind"] == "StyleGAN3-R"
    out = tmp_path / "turned.png"
    assert verbs("generate", told["id"], "--direction", "rotate=90", "-o", out)[0] == 0
    assert np.asarray(Image.open(out)).std() > 0


def test_a_lightweight_gan_becomes_a_model_that_draws(verbs: Run, tmp_path: Path) -> None:
    path = tmp_path / "model_150.pt"
    save_lightweight(path, tiny_plain(attention=(32,)))
    told = imported(verbs, path, "--name", "Leaves")
    assert (told["kind"], told["size"]) == ("lightweight-gan 1.1.1", [64, 64])
    folder = user_models_dir() / str(told["id"])
    card = read_card(folder / "card.json")
    assert (card.family, card.layers, card.is_generator) == ("picture.lightweight_gan", 1, True)
    with Image.open(folder / "preview.webp") as preview:
        assert preview.size == (192, 192)
    moved = ("--direction", "pca-0=2", "--direction", "sefa-1=-1", "--noise-seed", 7, "--noise", 0.5)
    for name, more in (("a.png", ()), ("b.png", moved)):
        assert verbs("generate", told["id"], "--seed", 85, "-o", tmp_path / name, *more)[0] == 0
    assert verbs("render", tmp_path / "b.png", "-o", tmp_path / "again.png")[0] == 0
    pictures = [np.asarray(Image.open(tmp_path / name)) for name in ("a.png", "b.png", "again.png")]
    np.testing.assert_array_equal(pictures[1], pictures[2])
    assert not np.array_equal(pictures[0], pictures[1])
    out = tmp_path / "leaves.safetensors"
    assert verbs("export-model", told["id"], "-o", out)[0] == 0
    assert imported(verbs, out)["was_here"] is True


def test_a_lightweight_gan_is_written_for_other_programs(verbs: Run, tmp_path: Path) -> None:
    path, out = tmp_path / "model_150.pt", tmp_path / "leaves.onnx"
    save_lightweight(path, tiny_plain(attention=(16,)))
    model = imported(verbs, path)["id"]
    assert verbs("export-model", model, "-o", out)[0] == 0
    assert verbs("generate", model, "--seed", 85, "--psi", "0.7", "-o", tmp_path / "own.png")[0] == 0
    given = {"z": seed_z(85, 6).astype(np.float32), "psi": np.float32([0.7])}
    (rgb,) = onnxruntime.InferenceSession(out).run(None, given)
    levels = np.clip(rgb[0].transpose(1, 2, 0) * 127.5 + 128, 0, 255).astype(np.uint8)
    assert np.abs(levels - np.asarray(Image.open(tmp_path / "own.png")).astype(int)).max() <= 1


def test_a_model_goes_out_and_comes_back(verbs: Run, checkpoint: Path, tmp_path: Path) -> None:
    told = imported(verbs, checkpoint)
    out = tmp_path / "faces.safetensors"
    assert verbs("export-model", told["id"], "-o", out)[0] == 0
    assert verbs("delete-model", told["id"])[0] == 0
    assert list(user_models_dir().iterdir()) == []
    back = imported(verbs, out)
    assert (back["id"], back["kind"]) == (f"faces-{str(told['id'])[-8:]}", "StyleGAN2")


def test_a_generator_is_written_for_other_programs(verbs: Run, checkpoint: Path, tmp_path: Path) -> None:
    model, out = imported(verbs, checkpoint)["id"], tmp_path / "faces.onnx"
    assert verbs("export-model", model, "-o", out)[0] == 0
    assert verbs("generate", model, "--seed", 85, "--psi", "0.7", "-o", tmp_path / "own.png")[0] == 0
    given = {"z": seed_z(85, 6).astype(np.float32), "psi": np.float32([0.7])}
    (rgb,) = onnxruntime.InferenceSession(out).run(None, given)
    levels = np.clip(rgb[0].transpose(1, 2, 0) * 127.5 + 128, 0, 255).astype(np.uint8)
    own = np.asarray(Image.open(tmp_path / "own.png")).astype(int)
    assert np.abs(levels - own).max() <= 1


def test_what_is_no_generator_is_not_written_as_onnx(run: Run, tmp_path: Path) -> None:
    assert run("export-model", "tiny-gan", "-o", tmp_path / "gan.onnx")[0] == 0
    session = onnxruntime.InferenceSession(tmp_path / "gan.onnx")
    assert [one.name for one in session.get_inputs()] == ["z", "psi", "styles"]
    refused(run("export-model", "tiny-vae", "-o", tmp_path / "vae.onnx"), "cannot be written as ONNX")


def test_a_model_is_renamed_and_licensed(verbs: Run, checkpoint: Path) -> None:
    model = imported(verbs, checkpoint)["id"]
    assert verbs("edit-model", model, "--name", "Gesichter", "--licence", "CC-BY-4.0")[0] == 0
    card = read_card(user_models_dir() / str(model) / "card.json")
    assert (card.name, card.licence, card.id) == ("Gesichter", "CC-BY-4.0", model)


def test_a_folder_tells_of_each_file(verbs: Run, checkpoint: Path) -> None:
    (checkpoint.parent / "trap.pkl").write_bytes(b"cos\nsystem\n(S'touch EXECUTED'\ntR.")
    (checkpoint.parent / "notes.txt").write_text("nothing")
    code, out, err = verbs("import-model", checkpoint.parent)
    assert code == 0
    assert "Own Faces.pkl: StyleGAN2, 16 × 16 px" in out
    assert err.strip() == "trap.pkl: This file wants to run os.system; it was not opened."


def test_what_cannot_be_imported_is_one_sentence(verbs: Run, tmp_path: Path) -> None:
    trap = tmp_path / "trap.pkl"
    trap.write_bytes(b"cposix\nsystem\n(S'touch EXECUTED'\ntR.")
    refused(verbs("import-model", trap), "This file wants to run os.system; it was not opened.")
    refused(verbs("import-model", tmp_path / "none.pkl"), "cannot be opened")
    empty = tmp_path / "empty"
    empty.mkdir()
    refused(verbs("import-model", empty), "There is no checkpoint")
    assert not user_models_dir().exists()


def test_numbers_that_are_none_are_not_imported(verbs: Run, tmp_path: Path) -> None:
    arrays = tiny.random_arrays({**mapping_shapes(tiny.SG2), **synthesis_shapes(tiny.SG2)})
    arrays["synthesis.b4.const"][0] = np.nan
    path = tmp_path / "broken.pkl"
    path.write_bytes(tiny.nvidia_pickle(arrays, tiny.sg2_notes(tiny.SG2)))
    refused(verbs("import-model", path), "numbers that are none")


def test_only_the_users_own_models_are_changed(run: Run, tiny_models: Path) -> None:
    refused(run("delete-model", "tiny-gan"), "came with the program")
    refused(run("edit-model", "tiny-gan", "--name", "Mine"), "came with the program")
    assert (tiny_models / "tiny-gan").is_dir()
