"""Which letters the bytes of a MIDI file's words stand for: the standard never said.

Each text that is UTF-8 is read as that. For the others one encoding is found for the whole file: the one in which they
look most like words. A guess, so it is said in the warnings.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from itertools import pairwise

LATIN = "latin-1"
ENCODINGS = {  # in order of preference where the words look as good in both
    "cp1252": LATIN,
    "cp932": "Shift-JIS",
    "cp1251": "Windows Cyrillic",
    "koi8_r": "KOI8-R",
    "euc_kr": "Korean (EUC)",
}
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FREQUENT = frozenset("оеаинтсрвл")
MOST_BYTES = 20_000


class Decoder:
    """Reads the texts of one file. `label` names the encoding, where it is not UTF-8 or Latin-1."""

    def __init__(self, texts: Iterable[bytes]) -> None:
        doubtful = b"\n".join(text for text in texts if _plain(text) is None)[:MOST_BYTES]
        self._encoding = max(ENCODINGS, key=lambda name: _likeness(doubtful, name)) if doubtful else "cp1252"
        self.label = "" if ENCODINGS[self._encoding] == LATIN else ENCODINGS[self._encoding]

    def text(self, content: bytes) -> str:
        """Without the zeros that some programs append."""
        plain = _plain(content)
        if plain is None:
            try:
                plain = content.decode(self._encoding)
            except UnicodeError:
                plain = content.decode(LATIN)
        return plain.rstrip("\0")


def _plain(content: bytes) -> str | None:
    """What says itself how it is written."""
    try:
        return content.decode("utf-16" if content[:2] in _MARKS else "utf-8-sig")
    except UnicodeError:
        return None


def _likeness(content: bytes, encoding: str) -> float:
    """How much it looks like words, for each byte that is not ASCII."""
    try:
        text = content.decode(encoding)
    except UnicodeError:
        if encoding != "cp1252":
            return -9.0
        text = content.decode(LATIN)
    neighbours = pairwise(f" {text} ")
    before = [one for one, _ in neighbours]
    after = [*text[1:], " "]
    points = sum(
        _points(encoding, *trio) for trio in zip(before, text, after, strict=False) if not trio[1].isascii()
    )
    return points / max(1, sum(byte > 0x7F for byte in content))


def _points(encoding: str, before: str, sign: str, after: str) -> float:
    """How well one sign stands between its neighbours."""
    if "\u3040" <= sign <= "\u30ff":
        return 3.0
    if "\uac00" <= sign <= "\ud7a3":
        return 2.4
    if "\u4e00" <= sign <= "\u9fff":
        return _in_company(before, after, 2.4, 1.0) if encoding != "euc_kr" else -2.0  # rare in Korean names
    if "\u3000" <= sign <= "\u303f" or "\uff01" <= sign <= "\uff5e":
        return 2.0
    if "\u0400" <= sign <= "\u04ff":
        if sign.isupper():
            return -1.5 if before.islower() else 0.95 + 0.3 * (sign.lower() in _FREQUENT)
        return 1.0 + 0.3 * (sign in _FREQUENT) - 1.5 * (before.isascii() and before.isalpha())
    if "\u00c0" <= sign <= "\u017f" and sign.isalpha():
        return _in_company(before, after, -1.0, 1.5)
    return -5.0 if sign.isprintable() is False or "\ue000" <= sign <= "\uf8ff" else -0.5


def _in_company(before: str, after: str, foreign: float, plain: float) -> float:
    """`plain` beside a letter of ASCII, or alone; `foreign` among its like."""
    among = any(not one.isascii() for one in (before, after))
    beside = any(one.isascii() and one.isalpha() for one in (before, after))
    return foreign if among and not beside else plain
