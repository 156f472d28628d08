"""RowWishes: what the hand asks of any slider's row, told in one place for all of them. GUI thread."""

from PySide6.QtCore import QObject, Signal


class RowWishes(QObject):
    """The first argument is always the slider's key (see core.sliders)."""

    renamed = Signal(str, str)  # its own name; "" is the model's
    pin_wished = Signal(str, bool)
    lock_wished = Signal(str, bool)
    reach_chosen = Signal(str, object)  # (first, last) layer, or None for all
    reach_released = Signal()
