"""XML and zipped XML from strangers: no entities, bounded sizes, bounded depth; anything else is a StudioError.

The standard parser loads nothing from outside; what could still grow without bound (entity declarations, zip bombs,
endless nesting) is refused before it does.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, TypeAlias, cast
from xml.etree import ElementTree

from studio.core.errors import StudioError
from studio.files.score_reading import as_text

_Parser: TypeAlias = "ElementTree.XMLPullParser[Any]"
MAX_TEXT = 32_000_000
MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 60
MAX_MEMBERS = 200
_CHUNK = 1 << 16
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    RuntimeError,  # encrypted
    NotImplementedError,  # a compression that nobody uses
    UnicodeError,
)


def parse_xml(content: bytes, name: str) -> ElementTree.Element:
    """The root element. StudioError, calling the file `name`, for what is no XML, or is too large, or has entities."""
    if len(content) > MAX_TEXT:
        raise StudioError(f"{name} is too large to be read.", f"Over {MAX_TEXT} characters.")
    text = as_text(content)
    if "<!ENTITY" in text:
        raise StudioError(f"{name} declares entities: such a file is not opened.")
    text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", text)  # its encoding has been dealt with
    parser: _Parser = ElementTree.XMLPullParser(("start", "end"))
    try:
        root = _fed(parser, text, name)
        parser.close()
    except ElementTree.ParseError as error:
        raise StudioError(f"{name} is damaged: it cannot be read as XML.", str(error)) from error
    assert root is not None, "close() refuses a text without an element"
    return root


def _fed(parser: _Parser, text: str, name: str) -> ElementTree.Element | None:
    root: ElementTree.Element | None = None
    count = depth = 0
    for start in range(0, len(text), _CHUNK):
        parser.feed(text[start : start + _CHUNK])
        for event, element in cast("Iterator[tuple[str, ElementTree.Element]]", parser.read_events()):
            root = element if root is None else root
            count, depth = count + (event == "start"), depth + (1 if event == "start" else -1)
            if count > MAX_ELEMENTS or depth > MAX_DEPTH:
                raise StudioError(f"{name} is too large to be read.", f"{count} elements, depth {depth}.")
    return root


def unzip_score(content: bytes, name: str) -> bytes:
    """The score inside a compressed MusicXML file: the one that its container names, else the only one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise StudioError(f"{name} holds more than a score should.", f"{len(members)} files.")
            return _read(archive, _score_name(archive, members, name), name)
    except _BROKEN_ZIP as error:
        raise StudioError(f"{name} is damaged: it cannot be unpacked.", str(error)) from error


def _score_name(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], name: str) -> str:
    names = [member.filename for member in members]
    if "META-INF/container.xml" in names:
        container = _read(archive, "META-INF/container.xml", name)
        named = re.findall(
            r"full-path\s*=\s*[\"']([^\"']{1,1000})[\"']", as_text(container)
        )  # often not quite XML
        if found := next((path for path in map(html.unescape, named) if path in names), ""):
            return found
    scores = [n for n in names if n.endswith((".xml", ".musicxml")) and not n.startswith("META-INF/")]
    if not scores:
        raise StudioError(f"There is no score in {name}.")
    return scores[0]


def _read(archive: zipfile.ZipFile, member: str, name: str) -> bytes:
    if archive.getinfo(member).file_size > MAX_TEXT:
        raise StudioError(f"{name} is too large to be unpacked.")
    with archive.open(member) as file:
        data = file.read(MAX_TEXT + 1)  # what the directory says may be a lie
    if len(data) > MAX_TEXT:
        raise StudioError(f"{name} is too large to be unpacked.")
    return data
