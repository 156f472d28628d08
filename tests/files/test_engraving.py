"""Engraved pages: plain SVG that any viewer shows, with the words and signs of the score on it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest

from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.score import Note, Score, Track
from studio.files.engraving import engraved, write_svg_pages

SVG = "{http://www.w3.org/2000/svg}"


def song(count: int = 8, **more: object) -> Score:
    notes = tuple(Note(index * 240, 240, 60 + index % 12) for index in range(count))
    return Score((Track("Oboe", 68, notes),), title="A page", **more)  # type: ignore[arg-type]


def test_a_page_is_plain_and_says_what_the_score_says() -> None:
    (page,) = engraved(song(chords=(Chord(0, 1920, 10, "7b9"),))).pages
    root = ElementTree.fromstring(page)
    assert not list(root.iter(f"{SVG}svg"))[1:], "Qt shows no nested pictures"
    assert not [text for text in root.iter(f"{SVG}tspan") if len(text)], "nor spans within spans"
    words = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert {"Oboe", "A page", "B♭7b9"} <= set(words)
    assert len([one for one in root.iter(f"{SVG}g") if one.get("class") == "note"]) == 8


def test_a_long_score_has_several_pages(tmp_path: Path) -> None:
    pages = engraved(song(1200)).pages
    files = write_svg_pages(pages, tmp_path / "long.svg")
    assert len(files) > 1
    assert [file.name for file in files] == [f"long-{n + 1}.svg" for n in range(len(pages))]
    assert all(file.exists() for file in files)


def test_any_thread_may_engrave() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(engraved, song()).result().pages == engraved(song()).pages


def test_free_playing_is_told_and_silence_refused() -> None:
    assert engraved(Score((Track(notes=(Note(7, 480, 60),)),))).warnings
    with pytest.raises(StudioError, match="no notes"):
        engraved(Score.empty())
