"""PictureDrag: a picture of the history strip on its way to another panel: its row, as bytes. GUI thread."""

from PySide6.QtCore import QMimeData

RECENT_PICTURE = "application/x-latent-studio-recent-picture"


def drag_of(row: int) -> QMimeData:
    """What a hand carries that took the picture of a row."""
    data = QMimeData()
    data.setData(RECENT_PICTURE, str(row).encode())
    return data


def dragged_row(data: QMimeData) -> int | None:
    """The row of the picture that comes; None for anything else."""
    text = data.data(RECENT_PICTURE).data().decode("ascii", "replace")
    return int(text) if text.isdecimal() else None
