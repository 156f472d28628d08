"""Which dropped files are pictures."""

from PySide6.QtCore import QMimeData

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp")


def picture_files(mime: QMimeData) -> list[str]:
    """The paths of the picture files among what is dropped, in its order."""
    paths = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
    return [path for path in paths if path.lower().endswith(SUFFIXES)]
