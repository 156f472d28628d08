"""Checkpoints of every program: the same generator comes out, whoever wrote it, and what is broken is refused."""

import io
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.errors import StudioError
from studio.files.checkpoint import read_checkpoint
from studio.files.checkpoint_parts import Checkpoint
from studio.files.checkpoint_stylegan2 import mapping_shapes, synthesis_shapes
from studio.files.checkpoint_stylegan3 import synthesis_shapes as sg3_shapes
from studio.files.safetensors_file import write_safetensors
from tests import tiny_checkpoints as tiny
from tests.plain_lightweight import save_lightweight, tiny_plain

SHAPES = {**mapping_shapes(tiny.SG2), **synthesis_shapes(tiny.SG2)}
ARRAYS = tiny.random_arrays(SHAPES)


def nvidia(path: Path, **changes: object) -> Checkpoint:
    config = {**tiny.SG2, **changes}
    arrays = tiny.random_arrays({**mapping_shapes(config), **synthesis_shapes(config)})
    path.write_bytes(tiny.nvidia_pickle(arrays, tiny.sg2_notes(config)))
    return read_checkpoint(path)


def assert_same(found: Checkpoint, but: tuple[str, ...] = ()) -> None:
    assert found.family == "picture.stylegan2"
    assert set(found.tensors) == set(ARRAYS)
    for name, array in ARRAYS.items():
        if name not in but:
            np.testing.assert_allclose(found.tensors[name], array, atol=3e-7, err_msg=name)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_an_nvidia_pickle_gives_its_averaged_generator(tmp_path: Path, protocol: int) -> None:
    path = tmp_path / "network.pkl"
    path.write_bytes(tiny.nvidia_pickle(ARRAYS, tiny.sg2_notes(tiny.SG2), protocol=protocol))
    found = read_checkpoint(path)
    assert_same(found)
    assert found.config == tiny.SG2
    assert (found.resolution, found.classes) == (16, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"architecture": "resnet", "colours": 1},
        {"architecture": "orig", "clamp": 0.0},
        {"c_dim": 3, "mapping": [6 + 8, 8, 8]},
        {"start": [4, 6], "size": [16, 24]},
        {"noise": False},
    ],
    ids=["resnet", "orig", "classes", "wide", "no noise"],
)
def test_the_kinds_of_generator(tmp_path: Path, changes: dict[str, object]) -> None:
    assert nvidia(tmp_path / "network.pkl", **changes).config == {**tiny.SG2, **changes}


def test_a_bare_module_is_a_generator(tmp_path: Path) -> None:
    path = tmp_path / "network.pkl"
    path.write_bytes(tiny.nvidia_pickle(ARRAYS, tiny.sg2_notes(tiny.SG2), key=None))
    assert_same(read_checkpoint(path))


def test_an_nvidia_module_in_a_torch_file(tmp_path: Path) -> None:
    path = tmp_path / "network.pt"
    tiny.save_nvidia_zip(path, ARRAYS, tiny.sg2_notes(tiny.SG2))
    found = read_checkpoint(path)
    assert_same(found)
    assert found.config == tiny.SG2


@pytest.mark.parametrize("key", ["G_ema", "state_dict", None])
def test_a_state_dict_with_nvidias_names(tmp_path: Path, key: str | None) -> None:
    path = tmp_path / "weights.pt"
    state = {name: torch.tensor(array) for name, array in ARRAYS.items()}
    torch.save(state if key is None else {key: state}, path)
    assert_same(read_checkpoint(path))


@pytest.mark.parametrize("turns", [False, True], ids=["T", "R"])
def test_a_stylegan3_keeps_its_plan(tmp_path: Path, turns: bool) -> None:
    config = tiny.sg3_config(turns)
    arrays = tiny.sg3_arrays({**mapping_shapes(config), **sg3_shapes(config)})
    path = tmp_path / "three.pkl"
    path.write_bytes(tiny.nvidia_pickle(arrays, tiny.sg3_notes(config)))
    found = read_checkpoint(path)
    assert (found.family, found.kind) == ("picture.stylegan3", f"StyleGAN3-{'R' if turns else 'T'}")
    assert found.config == config
    assert set(found.tensors) == set(arrays)


def test_a_stylegan3_without_its_plan_is_refused(tmp_path: Path) -> None:
    config = tiny.sg3_config()
    arrays = tiny.sg3_arrays({**mapping_shapes(config), **sg3_shapes(config)})
    path = tmp_path / "three.pt"
    torch.save({name: torch.tensor(array) for name, array in arrays.items()}, path)
    with pytest.raises(StudioError, match="without the plan"):
        read_checkpoint(path)


def zipped(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in entries.items():
            archive.writestr(f"archive/{name.replace('__', '/').replace('_pkl', '.pkl')}", content)
    return out.getvalue()


TRAP = b"\x80\x02cposix\nsystem\nX\x01\x00\x00\x00x\x85R."
LIAR = (
    b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\n"
    b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpuI1000000000\ntQK\x00(I1000000000\nt(K\x01t\x89}tR."
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped(data_pkl=TRAP), "wants to run os.system"),
        (zipped(data_pkl=LIAR, data__0=bytes(64)), "larger than its numbers"),
        (zipped(data_pkl=LIAR), "without its numbers"),
        (zipped(notes=b"hello"), "holds no checkpoint"),
        (zipped(data_pkl=TRAP, byteorder=b"big"), "another byte order"),
        (zipped(data_pkl=b"N.")[:-30], "ends in the middle"),
        (zipped(data_pkl=b"N.").replace(b"PK\x01\x02", b"PK\x01\x00"), "damaged"),
    ],
)
def test_a_zip_is_no_better_than_what_is_in_it(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in refusal(tmp_path / "file.pt", content)


def test_a_packed_zip_is_not_unpacked(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(10_000_000))
    assert "packed zip" in refusal(tmp_path / "file.pt", out.getvalue())


def test_a_tensorflow_pickle_is_turned_round(tmp_path: Path) -> None:
    path = tmp_path / "network.pkl"
    path.write_bytes(tiny.tensorflow_pickle(ARRAYS))
    assert_same(read_checkpoint(path))


@pytest.mark.parametrize("zipped", [True, False])
def test_a_rosinality_file(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "550000.pt"
    mean = torch.tensor(ARRAYS["mapping.w_avg"])[None]
    tiny.save_rosinality(path, tiny.rosinality_state(ARRAYS), zipped, latent_avg=mean)
    assert_same(read_checkpoint(path))


def test_a_missing_mean_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "550000.pt"
    tiny.save_rosinality(path, tiny.rosinality_state(ARRAYS))
    found = read_checkpoint(path)
    assert_same(found, but=("mapping.w_avg",))
    assert np.isfinite(found.tensors["mapping.w_avg"]).all()


def test_numbers_of_half_the_length(tmp_path: Path) -> None:
    path = tmp_path / "half.pt"
    state = {name: tensor.bfloat16() for name, tensor in tiny.rosinality_state(ARRAYS).items()}
    tiny.save_rosinality(path, state, latent_avg=torch.zeros(8, dtype=torch.float16))
    const = read_checkpoint(path).tensors["synthesis.b4.const"]
    np.testing.assert_allclose(const, ARRAYS["synthesis.b4.const"], rtol=0.01)


def test_tensors_are_views_of_the_file(tmp_path: Path) -> None:
    tensors = nvidia(tmp_path / "network.pkl").tensors
    assert not any(array.flags.owndata or array.flags.writeable for array in tensors.values())


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(StudioError) as caught:
        read_checkpoint(path)
    assert caught.value.title.count("\n") == 0
    return caught.value.title


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x80\x04", "ends in the middle"),
        (b"\xff\xd8\xff\xe0 a picture", "damaged or not a checkpoint"),
        (pickle.dumps({"weights": [1, 2]}), "no StyleGAN generator"),
        (pickle.dumps([1]), "no StyleGAN generator"),
        (pickle.dumps({"GAN": {}, "version": "1.1.1"}), "lightweight-gan was saved without its generator"),
        (pickle.dumps({"GAN": {}}), "lightweight-gan does not tell its version"),
        (pickle.dumps({"GAN": {}, "version": "0.14.2"}), "of version 0.14.2, whose generator we do not draw"),
        (tiny.tensorflow_pickle(ARRAYS, version=3), "StyleGAN1"),
        (tiny.tensorflow_pickle(ARRAYS, label_size=4), "classes in a way"),
        (tiny.tensorflow_pickle(ARRAYS, resample_kernel=[1, 2, 1]), "a filter that we do not know"),
        (tiny.tensorflow_pickle(ARRAYS, nonlinearity="relu"), "an activation that we do not know"),
        (b"PK\x03\x04 and nothing more", "ends in the middle"),
    ],
)
def test_other_files_are_refused_in_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in refusal(tmp_path / "file.pkl", content)


def test_a_lightweight_gan_is_taken_from_its_running_mean(tmp_path: Path) -> None:
    plain, path = tiny_plain(colours=1), tmp_path / "model_9.pt"
    save_lightweight(path, plain)
    found = read_checkpoint(path)
    assert (found.family, found.kind) == ("picture.lightweight_gan", "lightweight-gan 1.1.1")
    assert (found.resolution, found.classes, found.config["colours"]) == (64, 0, 1)
    learned = [name for name, _ in plain.named_parameters()]
    assert found.parameters == sum(plain.get_parameter(name).numel() for name in learned)
    np.testing.assert_array_equal(found.tensors["out.weight"], plain.out_conv.weight.numpy())


def test_a_lightweight_gan_of_other_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model_9.pt"
    save_lightweight(path, tiny_plain(), **{"GE.layers.0.2.fn.to_qkv.weight": torch.ones(2)})
    assert "a part that we do not know" in refusal(path, path.read_bytes())
    save_lightweight(path, tiny_plain(), **{"GE.out_conv.bias": torch.ones(2)})
    assert "do not fit each other" in refusal(path, path.read_bytes())
    save_lightweight(path, tiny_plain(), **{"GE.out_conv.weight": torch.ones(2, 4, 3, 3)})
    assert "colours that we do not know" in refusal(path, path.read_bytes())


def test_a_generator_without_all_its_parts_is_refused(tmp_path: Path) -> None:
    less = {name: array for name, array in ARRAYS.items() if name != "synthesis.b8.conv0.weight"}
    content = tiny.nvidia_pickle(less, tiny.sg2_notes(tiny.SG2))
    assert "not complete" in refusal(tmp_path / "file.pkl", content)


def test_classes_that_another_program_takes_otherwise_are_refused(tmp_path: Path) -> None:
    notes = {**tiny.sg2_notes(tiny.SG2), "mapping": {"z_dim": 3, "c_dim": 3}}
    assert "classes in a way" in refusal(tmp_path / "file.pkl", tiny.nvidia_pickle(ARRAYS, notes))


def test_parts_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    wrong = {**ARRAYS, "synthesis.b8.conv1.affine.weight": np.zeros((8, 9), np.float32)}
    content = tiny.nvidia_pickle(wrong, tiny.sg2_notes(tiny.SG2))
    assert "do not fit" in refusal(tmp_path / "file.pkl", content)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"start": [4, 4], "size": [4 << 20, 4]}, "tells another size"),
        ({"start": [4000, 4000]}, "larger than any"),
    ],
)
def test_a_card_that_asks_for_too_much_is_refused(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    path = tmp_path / "own.safetensors"
    write_safetensors(path, ARRAYS)
    card = {"family": "picture.stylegan2", "config": {**tiny.SG2, **changes}}
    path.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(StudioError, match=words):
        read_checkpoint(path)


def test_a_lightweight_gan_with_a_strange_card_is_refused(tmp_path: Path) -> None:
    path, made = tmp_path / "own.safetensors", tmp_path / "model_9.pt"
    save_lightweight(made, tiny_plain(attention=(16,)))
    whole = read_checkpoint(made)
    write_safetensors(path, whole.tensors)
    for name in whole.config:
        for strange in (None, -1, 7, "x", [-1], {}, 2**40, 1e9, [2**40] * 4):
            card = {"family": whole.family, "config": {**whole.config, name: strange}}
            path.with_suffix(".json").write_text(json.dumps(card))
            with pytest.raises(StudioError, match="not opened"):
                read_checkpoint(path)
    path.with_suffix(".json").write_text(json.dumps({"family": whole.family, "config": dict(whole.config)}))
    assert read_checkpoint(path).config == whole.config


def test_a_lightweight_gan_without_any_one_part_is_refused(tmp_path: Path) -> None:
    plain, path = tiny_plain(widths=(6, 5, 4, 4, 4), attention=(32,)), tmp_path / "model_9.pt"
    for name in plain.state_dict():
        if not name.endswith("num_batches_tracked"):
            save_lightweight(path, plain, **{f"GE.{name}": None})
            assert "not opened" in refusal(path, path.read_bytes())


@pytest.mark.parametrize(
    "told", ['{"family": "music.nothing"}', "[", '{"family": "picture.stylegan3", "config": {}}']
)
def test_a_card_that_is_none_is_refused(tmp_path: Path, told: str) -> None:
    path = tmp_path / "own.safetensors"
    write_safetensors(path, ARRAYS)
    with pytest.raises(StudioError, match="without the card"):
        read_checkpoint(path)
    path.with_suffix(".json").write_text(told)
    with pytest.raises(StudioError, match="not opened"):
        read_checkpoint(path)


def test_a_plan_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    config = tiny.sg3_config()
    arrays = tiny.sg3_arrays({**mapping_shapes(config), **sg3_shapes(config)})
    for change in (
        {"down_factor": 0},
        {"padding": [9, 9, 9, 9]},
        {"up_factor": 4},
        {"out_size": np.array([9000, 9000])},
    ):
        notes = tiny.sg3_notes(config)
        notes["synthesis.L1_20_6"].update(change)
        assert "not opened" in refusal(tmp_path / "file.pkl", tiny.nvidia_pickle(arrays, notes))


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="cannot be opened"):
        read_checkpoint(tmp_path / "none.pkl")
