"""The score files of a drop. Pure."""

from PySide6.QtGui import QDropEvent

from studio.files.score_reading import SCORE_SUFFIXES


def dropped_scores(event: QDropEvent) -> tuple[str, ...]:
    """The paths of the scores of a drag that comes from another program."""
    paths = [url.toLocalFile() for url in event.mimeData().urls()] if event.source() is None else []
    return tuple(path for path in paths if path.lower().endswith(SCORE_SUFFIXES))
