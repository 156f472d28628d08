"""Engraving in a process of its own: `python -m studio.files.engraver_process` answers questions on its standard input.

Verovio holds Python's lock while it lays a score out, which would stop the window for as long. A message is four
bytes of length and MessagePack. The process ends when its input does, so it never outlives the window.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from dataclasses import replace
from typing import BinaryIO, TypeAlias

import msgspec

from studio.core.errors import StudioError
from studio.core.score import Score
from studio.files.engraved_page import EngravedPage, page_of
from studio.files.engraving import Engraver

HEAD_BYTES = 4
NICE = 5


class Engrave(msgspec.Struct, tag=True, frozen=True):
    """Lay this score out."""

    serial: int
    score: Score


class ShowPage(msgspec.Struct, tag=True, frozen=True):
    """A page, from 0, of the score that was laid out last."""

    serial: int
    index: int


class LaidOut(msgspec.Struct, tag=True, frozen=True):
    """How many pages there are, the first bar of each, and what could not be written as it is."""

    serial: int
    first_bars: tuple[int, ...]
    warnings: tuple[str, ...]


class PageDrawn(msgspec.Struct, tag=True, frozen=True):
    """A page that was asked for."""

    serial: int
    page: EngravedPage


class Refused(msgspec.Struct, tag=True, frozen=True):
    """Why there is no answer."""

    serial: int
    title: str
    detail: str = ""


Question: TypeAlias = Engrave | ShowPage
Answer: TypeAlias = LaidOut | PageDrawn | Refused
_questions = msgspec.msgpack.Decoder[Question](Question)
_answers = msgspec.msgpack.Decoder[Answer](Answer)


def framed(message: Question | Answer) -> bytes:
    """A message as it travels."""
    content = msgspec.msgpack.encode(message)
    return len(content).to_bytes(HEAD_BYTES, "big") + content


def bare(score: Score) -> Score:
    """A score without what notation has no signs for: it need not travel."""
    tracks = tuple(replace(track, controls=(), raw=()) for track in score.tracks)
    return replace(score, tracks=tracks, raw=())


def answers_in(data: bytearray) -> list[Answer]:
    """The whole messages at the beginning of `data`, which are taken out of it."""
    found: list[Answer] = []
    while len(data) >= HEAD_BYTES:
        end = HEAD_BYTES + int.from_bytes(data[:HEAD_BYTES], "big")
        if len(data) < end:
            break
        found.append(_answers.decode(bytes(data[HEAD_BYTES:end])))
        del data[:end]
    return found


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the questions end."""
    engraver: Engraver | None = None
    while len(head := questions.read(HEAD_BYTES)) == HEAD_BYTES:
        question = _questions.decode(questions.read(int.from_bytes(head, "big")))
        try:
            if isinstance(question, Engrave):
                engraver = Engraver(question.score)
                answer: Answer = LaidOut(question.serial, engraver.first_bars(), engraver.warnings)
            else:
                answer = _drawn(question, engraver)
        except StudioError as error:
            answer = Refused(question.serial, error.title, error.detail)
        answers.write(framed(answer))
        answers.flush()


def _drawn(question: ShowPage, engraver: Engraver | None) -> Answer:
    if engraver is None or not 0 <= question.index < engraver.page_count:
        return Refused(question.serial, "There is no such page.")
    return PageDrawn(question.serial, page_of(engraver.page(question.index), question.index))


def main() -> None:
    """Serve on standard input and output; what anyone else prints goes elsewhere."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICE)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
