"""Pickles that want to do harm, and a thousand broken ones: nothing runs, nothing crashes, one sentence each."""

import os
import pickle
import pickletools
import random
import struct
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.files.checkpoint import read_checkpoint
from studio.files.checkpoint_stylegan2 import mapping_shapes, synthesis_shapes
from studio.files.checkpoint_words import words
from studio.files.pickle_machine import Budget, PickleMachine
from studio.files.pickle_reader import OPCODES, STOP, read_pickle
from tests import tiny_checkpoints as tiny

FORBIDDEN = (
    "exec",
    "compile",
    "import",
    "os.",
    "subprocess.",
    "shutil.",
    "socket.",
    "pickle.find_class",
    "open",
)
MOST_BYTES = 160 << 20
MUTANTS = 1200


class Watch:
    """Notes what the interpreter would have to do for a file to do harm, inside a `with`."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self._note)  # for good: Python has no way to take one back

    def __enter__(self) -> None:
        self.on = True

    def __exit__(self, *error: object) -> None:
        self.on = False

    def _note(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event.startswith(FORBIDDEN) and not (event == "open" and arguments[1] == "r"):
            self.seen.append(f"{event} {arguments!r:.80}")


WATCH = Watch()


@pytest.fixture
def nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails where a file was executed: by the interpreter's own record, and by a file that would appear."""
    monkeypatch.chdir(tmp_path)
    WATCH.seen.clear()
    yield
    assert WATCH.seen == []
    assert not list(tmp_path.glob("EXECUTED*"))


def read(content: bytes) -> object:
    budget = Budget()
    with WATCH:
        return read_pickle(PickleMachine(memoryview(content), words(budget), budget))


def refusal(content: bytes) -> str:
    with pytest.raises(StudioError) as caught:
        read(content)
    return caught.value.title


class Runs:
    """Pickles as a call."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[object, ...]:
        return self.call


OLD_TORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}."  # magic, version, system
HARM = "open('EXECUTED', 'w').close()"
HOSTILE = {
    "os.system": pickle.dumps(Runs(os.system, "touch EXECUTED")),
    "builtins.exec": pickle.dumps({"G_ema": Runs(exec, HARM)}, 2),
    "builtins.eval": tiny.legacy_storage(pickle.dumps(Runs(eval, HARM), 3)),
    "builtins.getattr": pickle.dumps([Runs(getattr, "x", "join")]),
    "subprocess.Popen": b"csubprocess\nPopen\n(S'touch EXECUTED'\ntR.",
    "os.popen": b"(S'touch EXECUTED'\nios\npopen\n.",
    "builtins.compile": b"\x80\x04(\x8c\x08builtins\x8c\x07compile\x93o.",
    "numpy.testing._private.utils.runstring": b"cnumpy.testing._private.utils\nrunstring\n.",
    "torch.storage._load_from_bytes": tiny.legacy_storage(
        OLD_TORCH + b"\x80\x02ctorch.storage\n_load_from_bytes\n."
    ),
    "torch_utils.persistence._reconstruct_persistent_obj.__globals__": (
        b"ctorch_utils.persistence\n_reconstruct_persistent_obj.__globals__\n."
    ),
}


@pytest.mark.usefixtures("nothing_runs")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_wants_to_run_something_says_so(name: str) -> None:
    title = refusal(HOSTILE[name])
    assert name in title
    assert title.endswith("it was not opened.")


LIES = {
    "10 GB of bytes": b"\x80\x04\x8e" + struct.pack("<Q", 10**10) + b"xx.",
    "10 GB of text": b"\x80\x04\x8d" + struct.pack("<Q", 10**10) + b"xx.",
    "a length below 0": b"\x80\x02T" + struct.pack("<i", -5) + b"xx.",
    "a number of a kilobyte": b"\x80\x02\x8b" + struct.pack("<i", 1000) + b"\xff" * 1000 + b".",
    "a number of many digits": b"I" + b"9" * 5000 + b"\n.",
    "a name by number": b"\x80\x02\x82\x01.",
    "data from elsewhere": b"\x80\x05\x97.",
    "marks without end": b"(" * 100_000,
    "a key that is a list": b"}]]s.",
    "a memo that is empty": b"h\x07.",
    "a stack that is empty": b"0.",
    "a state for a number": b"K\x01}b.",
    "a call of a text": b"\x8c\x02os)R.",
    "a storage below 0": b"((S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI-4\ntQ.",
    "a million steps": b"N0" * 600_000 + b"N.",
}


@pytest.mark.usefixtures("nothing_runs")
@pytest.mark.parametrize("name", LIES)
def test_a_file_that_lies_is_refused(name: str) -> None:
    tracemalloc.start()
    title = refusal(LIES[name])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert title.endswith("it was not opened.")
    assert most < 4 << 20


def tensor_of(count: int, offset: int, shape: str, strides: str) -> bytes:
    """A pickle of one float32 tensor over a storage of `count` numbers."""
    storage = (
        OLD_TORCH
        + b"\x80\x02(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuI%d\nNtQ."
        % count
        + b"\x80\x02]X\x01\x00\x00\x000a."
        + struct.pack("<q", count)
        + bytes(4 * count)
    )
    inner = b"ctorch.storage\n_load_from_bytes\n(B" + struct.pack("<I", len(storage)) + storage + b"tR"
    head = b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n("
    return head + inner + f"I{offset}\n(({shape}t({strides}t".replace("((", "(").encode() + b"I00\nNtR."


@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [
        (0, "I5\n", "I1\n"),  # one too many
        (1, "I4\n", "I1\n"),  # pushed out
        (0, "I2\nI2\n", "I4\nI1\n"),  # stepped out
        (0, "I3\nI3\n", "I0\nI1\n"),  # more numbers than there are, by going over some again
        (0, "I-1\n", "I1\n"),
        (-1, "I2\n", "I1\n"),
        (0, "I1000000\nI1000000\n", "I0\nI0\n"),
        (0, "I2\n", "I-1\n"),
    ],
)
def test_a_tensor_never_reaches_outside_its_storage(offset: int, shape: str, strides: str) -> None:
    good = read(tensor_of(4, 0, "I2\nI2\n", "I1\nI2\n"))
    assert good.array().shape == (2, 2)  # type: ignore[attr-defined]
    assert "not opened" in refusal(tensor_of(4, offset, shape, strides))


def test_a_module_inside_itself_ends(tmp_path: Path) -> None:
    loop = (
        b"\x80\x04\x8c\x17torch_utils.persistence\x8c\x1b_reconstruct_persistent_obj\x93}(\x8c\nclass_name"
        b"\x8c\tGenerator\x8c\x05state}\x94(\x8c\x08_modules}\x94uu\x85R\x94h\x01\x8c\x01xh\x02s0."
    )
    path = tmp_path / "loop.pkl"
    path.write_bytes(loop)
    with pytest.raises(StudioError, match="nested deeper"):
        read_checkpoint(path)


# --- a thousand broken ones --------------------------------------------------------------------------------


def seeds() -> list[bytes]:
    arrays = tiny.random_arrays({**mapping_shapes(tiny.SG2), **synthesis_shapes(tiny.SG2)})
    some = {name: array for name, array in arrays.items() if "mapping" in name or ".b4." in name}
    nvidia = tiny.nvidia_pickle(some, tiny.sg2_notes({**tiny.SG2, "channels": [8]}))
    return [
        nvidia,
        tiny.tensorflow_pickle(some),
        *HOSTILE.values(),
        *[lie for lie in LIES.values() if len(lie) < 9999],
    ]


def mutated(random: random.Random, content: bytes) -> bytes:
    """Bytes changed, cut out, doubled or moved; the harmful names put in the place of others."""
    data = bytearray(content)
    for _ in range(random.randint(1, 6)):
        at, length = random.randrange(len(data) + 1), random.randint(1, 64)
        match random.randrange(6):
            case 0:
                data[at : at + 1] = bytes([random.randrange(256)])
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length]
            case 3:
                data[at:at] = bytes([random.choice([*OPCODES, STOP])])
            case 4:
                data[at:at] = random.choice(list(HOSTILE.values()))[2:-1]
            case 5:
                data[at : at + 4] = struct.pack("<I", random.choice([2**31, 2**32 - 1, 10**9, 0]))
    return bytes(data)


def generated(random: random.Random) -> bytes:
    """Any opcodes with any arguments."""
    parts = []
    for _ in range(random.randint(1, 200)):
        opcode = random.choice(pickletools.opcodes)
        size = random.choice([0, 1, 2, 4, 8])
        parts.append(opcode.code.encode("latin-1") + bytes(random.randrange(256) for _ in range(size)))
        if random.random() < 0.1:
            parts.append(b"cos\nsystem\n(S'touch EXECUTED'\ntR")
    return b"".join(parts) + b"."


def is_refused(path: Path) -> bool:
    """Whether a file is refused, and then in one sentence."""
    try:
        with WATCH:
            read_checkpoint(path)
    except StudioError as error:
        sentence = error.title
    else:
        return False
    assert sentence.endswith("not opened.")
    assert "\n" not in sentence
    return True


@pytest.mark.usefixtures("nothing_runs")
def test_broken_files_neither_run_nor_crash(tmp_path: Path) -> None:
    dice, sources = random.Random(7), seeds()
    refusals = 0
    path = tmp_path / "broken.pkl"
    tracemalloc.start()
    for number in range(MUTANTS):
        content = generated(dice) if number % 3 == 2 else mutated(dice, dice.choice(sources))
        path.write_bytes(content)
        refusals += is_refused(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refusals > MUTANTS * 0.9
    assert most < MOST_BYTES
