"""The kinds of film that a timeline can be exported as, in words."""

from PySide6.QtCore import QCoreApplication

KINDS = {"mp4": ".mp4", "webm": ".webm", "gif": ".gif", "webp": ".webp", "png": ""}


def kind_titles() -> dict[str, str]:
    """The kinds of film in words."""
    titles = (
        tr("MP4 (H.264)"),
        tr("WebM (VP9)"),
        tr("GIF"),
        tr("Animated WebP"),
        tr("Single PNGs in a folder"),
    )
    return dict(zip(KINDS, titles, strict=True))


def ending_of(kind: str) -> str:
    """The ending of a kind's file, empty for a folder."""
    return KINDS[kind]


def filter_of(kind: str) -> str:
    """For the file dialog."""
    return f"{kind_titles()[kind]} (*{KINDS[kind]})"


def tr(text: str) -> str:
    return QCoreApplication.translate("FilmForm", text)
