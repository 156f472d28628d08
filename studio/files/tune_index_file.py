"""The tune index on disk: index.safetensors (steps, bars, names) and index.json (sources, baseline) in one folder.

Invariant: sizes and shapes are checked before anything is searched; nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from studio.core.errors import StudioError
from studio.core.originality import Baseline, Usual
from studio.core.tune_index import TuneIndex
from studio.files.atomic import write_file
from studio.files.locations import models_dir

TENSORS, CARD = "index.safetensors", "index.json"
MAX_BYTES = 64_000_000
FOLDER = "tune-index"


class _Card(msgspec.Struct):
    """What the program needs of index.json; the rest is for people."""

    sha256: str
    groups: dict[str, str]
    baseline: dict[str, list[Usual]]


def bundled_tune_index() -> tuple[TuneIndex, Baseline]:
    """The one that came with the program; read once in a process."""
    return _read_once(models_dir() / FOLDER)


@lru_cache(maxsize=2)
def _read_once(folder: Path) -> tuple[TuneIndex, Baseline]:
    return read_tune_index(folder)


def read_tune_index(folder: Path) -> tuple[TuneIndex, Baseline]:
    """The index and what is usual between its tunes. StudioError where it is missing or damaged."""
    try:
        if max((folder / name).stat().st_size for name in (TENSORS, CARD)) > MAX_BYTES:
            raise StudioError(f"The tune index in {folder.name} is too large to be one.")
        content = (folder / TENSORS).read_bytes()
        card = msgspec.json.decode((folder / CARD).read_bytes(), type=_Card)
        if hashlib.sha256(content).hexdigest() != card.sha256:
            raise ValueError("the checksum differs")
        tensors = load(content)
        names, collections = _names(tensors)
        index = _checked(
            TuneIndex(tensors["symbols"], tensors["starts"], tensors["bars"], names, collections)
        )
        if not all(card.baseline.values()) or not card.baseline:
            raise ValueError("the baseline is empty")
    except FileNotFoundError as error:
        raise StudioError("The index of tunes is not there.", str(error), "Reinstall the program.") from error
    except (OSError, ValueError, KeyError, TypeError, SafetensorError, msgspec.DecodeError) as error:
        raise StudioError(
            "The index of tunes is damaged.", f"{folder}: {error}", "Reinstall the program."
        ) from error
    rows = {group: tuple(rows) for group, rows in card.baseline.items()}
    return index, Baseline(rows, card.groups)


def _names(tensors: dict[str, NDArray[Any]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    lines = tensors["names"].astype(np.uint8).tobytes().decode("utf-8").splitlines()
    pairs = [line.partition("\t") for line in lines]
    return tuple(name for _, _, name in pairs), tuple(collection for collection, _, _ in pairs)


def _checked(index: TuneIndex) -> TuneIndex:
    starts, size = index.starts, len(index.symbols)
    kinds = "".join(array.dtype.str[1:] for array in (index.symbols, index.bars, starts))
    if (
        kinds != "u2u2i4"
        or index.symbols.ndim != 1
        or index.bars.shape != index.symbols.shape
        or starts.ndim != 1
    ):
        raise ValueError("arrays of the wrong kind")
    if len(starts) != len(index.names) or (np.diff(starts) < 1).any() or starts.min(initial=0) < 0:
        raise ValueError("tunes out of order")
    if starts.max(initial=0) >= max(1, size):
        raise ValueError("tunes beyond the end")
    return index


def write_tune_index(folder: Path, index: TuneIndex, card: dict[str, Any]) -> None:
    """Both files; `card` gets the checksum and the size."""
    names = "\n".join(
        f"{collection}\t{' '.join(name.split())}"
        for name, collection in zip(index.names, index.collections, strict=True)
    )
    content = save(
        {
            "symbols": index.symbols,
            "starts": index.starts,
            "bars": index.bars,
            "names": np.frombuffer(names.encode("utf-8"), np.uint8),
        }
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_file(folder / TENSORS, content)
    whole = {**card, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    write_file(folder / CARD, (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode())
