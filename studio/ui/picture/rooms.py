"""PictureRooms: builds the rooms of the picture desk and joins them to the window. GUI thread.

A room is a small QObject that joins one panel, or one kind of work, to the session and the controller. It is built here
and nowhere else; what it offers the window is told by three methods.
"""

from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from studio.core.messages import Reply
from studio.ui.background import Background
from studio.ui.bridge import Bridge
from studio.ui.commands import Command
from studio.ui.picture.blending import Blending
from studio.ui.picture.breeding import Breeding
from studio.ui.picture.comparing import Comparing
from studio.ui.picture.desk import Docks, PictureDesk
from studio.ui.picture.dragging import Dragging
from studio.ui.picture.exploring import Exploring
from studio.ui.picture.exporting import Exporting
from studio.ui.picture.layer_mixing import LayerMixing
from studio.ui.picture.layering import Layering
from studio.ui.picture.matching import Matching
from studio.ui.picture.picture_commands import picture_commands
from studio.ui.picture.picture_files import PictureFiles
from studio.ui.picture.playing import Playing
from studio.ui.picture.restyling import Restyling, restyle_commands
from studio.ui.picture.retouching import Retouching, retouch_commands
from studio.ui.picture.sliders import SliderRoom
from studio.ui.picture.tooling import Tooling


class Room(Protocol):
    """docks: (object name, title, widget, area), where the widget's properties `share`, `wide` and `tab` say how it
    stands; commands: for menus, palette and keys; take_reply: every reply of the controller passes by."""

    def docks(self) -> Docks: ...

    def commands(self) -> tuple[Command, ...]: ...

    def take_reply(self, reply: Reply) -> None: ...


class PictureRooms(QObject):
    """Owns the rooms. `trouble` is a StudioError, `notice` a sentence, for the window's toasts."""

    trouble = Signal(object)
    notice = Signal(str)

    def __init__(self, desk: PictureDesk, background: Background, bridge: Bridge, window: QWidget) -> None:
        super().__init__(desk)
        self._desk = desk
        self.files = PictureFiles(desk, background, window)
        self.restyling = Restyling(desk, background)
        self.retouching = Retouching(desk, bridge)
        self.sliders = SliderRoom(desk)
        self.blending = Blending(desk)
        self.mixing = LayerMixing(desk)
        self.breeding = Breeding(desk)
        self.comparing = Comparing(desk)
        self.exploring = Exploring(desk)
        self.tooling = Tooling(desk, background)
        self.playing = Playing(desk, window)
        self.layering = Layering(desk, background, window)
        self.matching = Matching(desk, background)
        self.dragging = Dragging(desk, self.tooling)
        self.matching.panel.add_section(self.dragging.section)
        self.exporting = Exporting(desk, self.files, window)
        self.rooms: tuple[Room, ...] = (
            self.sliders,
            self.blending,
            self.mixing,
            self.exploring,
            self.breeding,
            self.comparing,
            self.tooling,
            self.playing,
            self.layering,
            self.matching,
            self.dragging,
            self.exporting,
        )
        for teller in (self.files, self.restyling, *self.rooms):
            self._listen(teller)
        self._join_layers()

    def _join_layers(self) -> None:
        """Tools work on the layer in hand; on a picture with layers, what is dropped or pasted becomes another one."""
        bench = self.tooling.bench
        bench.current_layer = lambda: self.layering.current_id
        bench.layer_used = self.layering.choose
        self.retouching.laid.connect(self.layering.choose)
        self.restyling.keep_as_layer = self.layering.keep_restyled
        self.layering.current_changed.connect(lambda _: self._desk.canvas.update())
        self._desk.canvas.files_dropped.connect(self._take_files)

    def _take_files(self, paths: list[str]) -> None:
        if self._desk.session.picture.layers:
            self.layering.import_files(paths)
        else:
            self.files.open(paths[0])

    def _paste(self) -> None:
        if not (self._desk.session.picture.layers and self.layering.paste()):
            self.files.paste()

    def _listen(self, teller: object) -> None:
        """Pass on what a room has to say, where it says anything."""
        for name, signal in (("trouble", self.trouble), ("notice", self.notice)):
            told = getattr(teller, name, None)
            if told is not None:
                told.connect(signal)

    def docks(self) -> Docks:
        """All docks of the desk but the list of models."""
        self.restyling.panel.setProperty("share", 420)
        left = Qt.DockWidgetArea.LeftDockWidgetArea
        return (
            ("dock-styles", self.tr("Restyle"), self.restyling.panel, left),
            *self._desk.docks(),
            *(dock for room in self.rooms for dock in room.docks()),
        )

    def commands(self) -> tuple[Command, ...]:
        return (
            *picture_commands(self._desk, self.files, self._paste),
            *retouch_commands(self.retouching),
            *restyle_commands(self.restyling),
            *(command for room in self.rooms for command in room.commands()),
        )

    def take_reply(self, reply: Reply) -> None:
        self._desk.take_reply(reply)
        self.restyling.take_reply(reply)
        for room in self.rooms:
            room.take_reply(reply)
