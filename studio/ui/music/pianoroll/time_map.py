"""TimeMap: tempo, metre, key and whole bars, changed from the ruler's menu or by commands. GUI thread.

Every wish is one undo step. A change without a place asked for stands where the playhead is.
"""

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from studio.core import time_edits
from studio.core.bar_edits import bars_inserted, bars_removed
from studio.core.score import KeySignature, Score
from studio.ui.music.pianoroll.state import RollState
from studio.ui.music.pianoroll.time_popovers import BarsPopover, KeyPopover, MeterPopover, TempoPopover
from studio.ui.music.pitch_names import key_name


class TimeMap(QObject):
    """Owns the four popovers, children of the field of notes. `mark_moved(region or None)` after bars came or went,
    `bars_changed` before: what was suggested for them fits no more."""

    mark_moved = Signal(object)
    bars_changed = Signal()
    name_requested = Signal(int)

    def __init__(self, state: RollState, field: QWidget) -> None:
        super().__init__(field)
        self._state, self._field = state, field
        self._ticks = 0
        self.tempo, self.meter = TempoPopover(field), MeterPopover(field)
        self.key, self.bars = KeyPopover(field), BarsPopover(field)
        self.tempo.chosen.connect(self._use_tempo)
        self.meter.chosen.connect(self._use_meter)
        self.key.chosen.connect(self._use_key)
        self.bars.chosen.connect(self._insert)

    # --- wishes ------------------------------------------------------------------------------------------

    def change_tempo(self, ticks: int | None = None) -> None:
        """Ask for the tempo from the playhead, or from `ticks`, on."""
        state = self._state
        self._ticks = state.playhead_ticks if ticks is None else state.snap.nearest(state.score, ticks)
        self.tempo.ask(self._place(), state.score.tempo_at(self._ticks))

    def change_meter(self, ticks: int | None = None) -> None:
        self._at_bar(ticks)
        self.meter.ask(self._place(), self._state.score.meter_at(self._ticks))

    def change_key(self, ticks: int | None = None) -> None:
        self._at_bar(ticks)
        key = self._state.score.key_at(self._ticks) or KeySignature(0, 0)
        self.key.ask(self._place(), key)

    def insert_bars(self, ticks: int | None = None) -> None:
        self._at_bar(ticks)
        self.bars.ask(self._state.score.bar_of(self._ticks))

    def remove_bars(self, ticks: int | None = None) -> None:
        """Cut the marked bars out, else the one at the playhead or at `ticks`."""
        score, region = self._state.score, self._state.region
        first, count = self._doomed(ticks)
        self.bars_changed.emit()
        self._commit(bars_removed(score, first, count), self.tr("Remove bars"))
        if region is not None:
            self.mark_moved.emit(None)

    def show_menu(self, ticks: int, place: QPoint) -> None:
        """The menu of a bar of the ruler."""
        menu = self.menu_at(ticks)
        menu.popup(place)
        menu.aboutToHide.connect(menu.deleteLater)

    def show_menu_here(self) -> None:
        """For the keyboard: the menu of the bar in which the playhead stands."""
        ticks = self._state.playhead_ticks
        self._state.reveal.emit(ticks, self._state.cursor.pitch)
        self.show_menu(ticks, self._field.mapToGlobal(QPoint(self._state.geometry.x_of(ticks), 0)))

    def menu_at(self, ticks: int) -> QMenu:
        menu = QMenu(self._field)
        for words, act in (
            (self.tr("Change the tempo here…"), self.change_tempo),
            (self.tr("Change the metre here…"), self.change_meter),
            (self.tr("Change the key here…"), self.change_key),
        ):
            menu.addAction(words).triggered.connect(lambda _=False, act=act: act(ticks))
        self._add_removals(menu, ticks)
        menu.addSeparator()
        name = menu.addAction(self.tr("Name this place…"))
        name.triggered.connect(
            lambda: self.name_requested.emit(self._state.snap.nearest(self._state.score, ticks))
        )
        menu.addAction(self.tr("Insert bars…")).triggered.connect(lambda: self.insert_bars(ticks))
        first, count = self._doomed(ticks)
        words = (
            self.tr("Remove bar {0}") if count == 1 else self.tr("Remove the marked bars, {0} to {1}")
        ).format(first + 1, first + count)
        menu.addAction(words).triggered.connect(lambda: self.remove_bars(ticks))
        return menu

    def _add_removals(self, menu: QMenu, ticks: int) -> None:
        """What is written in this bar can go again, but not what the piece begins with."""
        score = self._state.score
        tempo, meter, key = time_edits.changes_in_bar(score, ticks)
        removals = []
        if tempo is not None and tempo.ticks:
            removals.append((f"{tempo.bpm:g} bpm", time_edits.tempo_removed, tempo.ticks))
        if meter is not None and meter.ticks:
            words = f"{meter.numerator}/{meter.denominator}"
            removals.append((words, time_edits.meter_removed, meter.ticks))
        if key is not None:
            removals.append((key_name(key), time_edits.key_removed, key.ticks))
        for words, remove, at in removals:
            label = self.tr("Take away {0}").format(words)
            menu.addAction(label).triggered.connect(
                lambda _=False, remove=remove, at=at, label=label: self._commit(
                    remove(self._state.score, at), label
                )
            )

    # --- answers -----------------------------------------------------------------------------------------

    def _use_tempo(self, bpm: float, bars: int) -> None:
        score = self._state.score
        end = score.bar_start(score.bar_of(self._ticks) + bars) if bars else self._ticks
        after = time_edits.tempo_glided(score, self._ticks, max(end, self._ticks), bpm)
        self._commit(after, self.tr("Change tempo"))

    def _use_meter(self, numerator: int, denominator: int) -> None:
        after = time_edits.meter_put(self._state.score, self._ticks, numerator, denominator)
        self._commit(after, self.tr("Change metre"))

    def _use_key(self, fifths: int, minor: bool) -> None:
        after = time_edits.key_put(self._state.score, self._ticks, fifths, minor)
        self._commit(after, self.tr("Change key"))

    def _insert(self, bar: int, count: int) -> None:
        score, region = self._state.score, self._state.region
        after = bars_inserted(score, bar, count)
        at = score.bar_start(bar)
        length = after.bar_start(bar + count) - at
        self.bars_changed.emit()
        self._commit(after, self.tr("Insert bars"))
        if region is not None and region[1] > at:
            start = region[0] + length if region[0] >= at else region[0]
            self.mark_moved.emit((start, region[1] + length))

    def _commit(self, score: Score, label: str) -> None:
        self._state.commit(score, label)
        self._state.end_gesture()

    def _doomed(self, ticks: int | None) -> tuple[int, int]:
        """(first bar, how many) of what `remove_bars` cuts out: every bar that the mark touches."""
        score, region = self._state.score, self._state.region
        if region is None or (ticks is not None and not region[0] <= ticks < region[1]):
            return score.bar_of(self._state.playhead_ticks if ticks is None else ticks), 1
        first = score.bar_of(region[0])
        return first, score.bar_of(max(region[0], region[1] - 1)) - first + 1

    def _at_bar(self, ticks: int | None) -> None:
        self._ticks = time_edits.bar_at(
            self._state.score, self._state.playhead_ticks if ticks is None else ticks
        )

    def _place(self) -> str:
        score = self._state.score
        bar = score.bar_of(self._ticks)
        beat = (self._ticks - score.bar_start(bar)) / score.meter_at(self._ticks).beat_ticks
        if not beat:
            return self.tr("From bar {0}").format(bar + 1)
        return self.tr("From bar {0}, beat {1}").format(bar + 1, f"{beat + 1:.4g}")
