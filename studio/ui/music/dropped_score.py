"""The score among dropped files."""

from PySide6.QtGui import QDropEvent

from studio.files.score_reading import SCORE_SUFFIXES


def dropped_score(event: QDropEvent) -> str:
    """The first score of a drag; empty when there is none."""
    paths = [url.toLocalFile() for url in event.mimeData().urls()]
    return next((path for path in paths if path.lower().endswith(SCORE_SUFFIXES)), "")
