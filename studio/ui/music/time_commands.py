"""The commands about tempo, metre, key and whole bars of the music desk. GUI thread.

The keys are those of the popovers of notation programs: Shift with T, M, K and B.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.core.session import MUSIC
from studio.ui.commands import Command
from studio.ui.music.pianoroll.lanes import TEMPO

if TYPE_CHECKING:
    from studio.ui.music.desk import MusicDesk


def time_commands(desk: MusicDesk) -> tuple[Command, ...]:
    """What stands in the ruler's menu too, but at the playhead."""
    time, lanes = desk.time_map, desk.roll.lanes
    return (
        Command("change-tempo", tr("Change the tempo here…"), "Edit", lambda: time.change_tempo(), "Shift+T",
                tr("From the playhead on, at once or gradually"), desk=MUSIC),
        Command("change-metre", tr("Change the metre here…"), "Edit", lambda: time.change_meter(), "Shift+M",
                tr("From the bar of the playhead on"), desk=MUSIC),
        Command("change-key", tr("Change the key here…"), "Edit", lambda: time.change_key(), "Shift+K",
                tr("From the bar of the playhead on"), desk=MUSIC),
        Command("insert-bars", tr("Insert bars…"), "Edit", lambda: time.insert_bars(), "Shift+B",
                tr("Empty bars; all tracks, chords, markers, tempo and metre move along"), desk=MUSIC),
        Command("remove-bars", tr("Remove bars"), "Edit", lambda: time.remove_bars(), "Ctrl+Alt+X",
                tr("Cuts the marked bars, or the bar at the playhead, out of all tracks"), desk=MUSIC),
        Command("bar-menu", tr("What can change at this bar…"), "Edit", time.show_menu_here, "Shift+F10",
                tr("The ruler's menu at the playhead: changes can be taken away there too"), desk=MUSIC),
        Command("show-tempo", tr("Show the tempo below the notes"), "View", lambda: lanes.show_and_enter(TEMPO),
                "Shift+F6", tr("The keyboard goes there: arrows choose and change, Enter types"), desk=MUSIC),
    )  # fmt: skip


def tr(text: str) -> str:
    return QCoreApplication.translate("TimeCommands", text)
