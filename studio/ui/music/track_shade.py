"""Each track's grey: how its notes look while another one is edited. GUI thread."""

from PySide6.QtGui import QColor

from studio.ui.common.theme import colour

SHARES = (
    0.20,
    0.32,
    0.26,
    0.38,
)  # of the colour of notes; neighbours are told apart, none is as strong as an own note
MUTED_SHARE = 0.10


def track_shade(index: int, muted: bool = False) -> QColor:
    """Between the ground and the softest note of the track that is edited."""
    share = MUTED_SHARE if muted else SHARES[index % len(SHARES)]
    ground, note = colour("panel"), colour("note")
    one, two = (ground.red(), ground.green(), ground.blue()), (note.red(), note.green(), note.blue())
    return QColor(*(round(a + (b - a) * share) for a, b in zip(one, two, strict=True)))
