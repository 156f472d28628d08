"""What a duet says of itself, in one line. Pure functions."""

from PySide6.QtCore import QCoreApplication

from studio.core.duet import Duet
from studio.core.duet_rules import Answer, State


def words_for(duet: Duet) -> str:
    """How it stands, and what comes next and when."""
    match duet.state:
        case State.RESTING:
            return tr("Start, play a phrase, and I answer.")
        case State.LISTENING:
            return _listening(duet)
        case State.ANSWERING:
            if duet.is_late:
                return tr("I need longer… I answer at bar {0}").format(_bar(duet))
            return tr("Thinking… I answer at bar {0}").format(_bar(duet))
        case State.SHOWN if duet.answer is not None:
            return _counted(duet, duet.answer)
        case _:
            return tr("Playing, bar {0}").format(duet.time.bar_number(duet.now))


def _listening(duet: Duet) -> str:
    if duet.is_silent:
        return tr("I have nothing to say to that. Listening… play")
    if duet.due is not None and duet.is_waiting:
        return tr("Your turn… play; I answer at bar {0}").format(_bar(duet))
    if duet.due is not None:
        return tr("Listening… I answer at bar {0}").format(_bar(duet))
    if duet.rules.bars:
        return tr("Listening… play; I answer after {0}").format(_bars(duet.rules.bars))
    return tr("Listening… play; I answer when you pause")


def _counted(duet: Duet, answer: Answer) -> str:
    """Beats until the answer, the last one counted as 1."""
    beats = -(-(answer.start - duet.now) // duet.time.beat_ticks(duet.now))
    if beats > 1:
        return tr("Answering in {0} beats").format(beats)
    return tr("Answering in a beat")


def _bar(duet: Duet) -> int:
    return duet.time.bar_number(duet.due or 0)


def _bars(count: int) -> str:
    return tr("a bar") if count == 1 else tr("{0} bars").format(count)


def tr(text: str) -> str:
    return QCoreApplication.translate("Duet", text)
