"""Wishes: what a person's hand asks of the tracks in the panel; each tells the track's number first. GUI thread."""

from PySide6.QtCore import QObject, Signal


class Wishes(QObject):
    """One for the whole panel; its rows speak through it. `asked` gives the id of a command about the current track;
    volume and pan follow the hand until `released`."""

    chosen = Signal(int)
    stepped = Signal(int)  # to the track above (-1) or below (1)
    renamed = Signal(int, str)
    muted = Signal(int)
    soloed = Signal(int)
    locked = Signal(int)
    volume_moved = Signal(int, int)
    pan_moved = Signal(int, int)
    released = Signal()
    instruments_wanted = Signal(int)
    played_by = Signal(int, int, bool)  # program, whether it is a drum kit
    tried = Signal(int, bool)  # an instrument to be heard, without a track
    drag_begun = Signal(int)
    moved = Signal(int, int)  # to this number
    file_dropped = Signal(str)
    asked = Signal(str)
    menu_wanted = Signal(object)  # where, on the screen
    left = Signal()  # Escape: back to the notes
