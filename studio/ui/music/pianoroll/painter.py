"""Paints the grid's contents: rows, lines, notes, ghosts. Only what lies inside the stripe that is asked for.

Notes are drawn in batches of one brush each, so that thousands of them cost little.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QLine, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from studio.core.score import Note
from studio.ui.common.theme import colour
from studio.ui.music.pianoroll.geometry import PITCHES, Geometry
from studio.ui.music.pianoroll.state import RollState
from studio.ui.music.pitch_names import is_black
from studio.ui.music.track_shade import track_shade

VELOCITY_STEPS = 6
SURPRISE_STEPS, MOST_BITS = 8, 9.0
MIN_LINE_GAP_PX = 7
EDGED_PX_PER_TICK = 0.03  # further away notes would be all edge
NAME_ROW_PX, NAME_WIDTH_PX = 14, 30
CLAMP_PX = 2  # the mark of a locked note, at both its ends
GHOST_ALPHA = (16, 150)


@dataclass(frozen=True, slots=True)
class Stripe:
    """The part of the view to paint, in pixels and in ticks."""

    rect: QRect
    start_ticks: float
    end_ticks: float

    @classmethod
    def of(cls, rect: QRect, geometry: Geometry) -> "Stripe":
        wider = rect.adjusted(-2, -2, 2, 2)
        return cls(wider, geometry.ticks_at(wider.left()), geometry.ticks_at(wider.right() + 1))


def mixed(first: QColor, second: QColor, share: float) -> QColor:
    """`share` of the second colour in the first."""
    one = (first.red(), first.green(), first.blue())
    two = (second.red(), second.green(), second.blue())
    return QColor(*(round(a + (b - a) * share) for a, b in zip(one, two, strict=True)))


def paint_rows(painter: QPainter, state: RollState, stripe: Stripe) -> None:
    """Shaded rows like the keys beside them, with a line under each C and F; of a chosen scale its rows are light and
    those of its tonic tinted."""
    geometry, rect = state.geometry, stripe.rect
    white, black = colour("panel"), colour("window")
    pitches = state.scale.pitches if state.scale else None
    painter.fillRect(rect, white)
    painter.setPen(colour("grid"))
    for pitch in range(geometry.pitch_at(rect.bottom()), geometry.pitch_at(rect.top()) + 1):
        top = geometry.y_of(pitch)
        dark = is_black(pitch) if pitches is None else pitch % 12 not in pitches
        if dark:
            painter.fillRect(rect.left(), top, rect.width(), geometry.row_px, black)
        elif state.scale and pitch % 12 == state.scale.tonic:
            painter.fillRect(
                rect.left(), top, rect.width(), geometry.row_px, mixed(white, colour("note"), 0.14)
            )
        if pitch % 12 in (0, 5):
            bottom = top + geometry.row_px
            painter.setPen(colour("grid_strong" if pitch % 12 == 0 else "grid"))
            painter.drawLine(rect.left(), bottom, rect.right(), bottom)


def paint_lines(painter: QPainter, state: RollState, stripe: Stripe) -> None:
    """Bar, beat and grid lines, those that are too dense left out."""
    geometry, score = state.geometry, state.score
    sets: dict[str, list[QLine]] = {"fine": [], "beat": [], "bar": []}
    meter = score.meter_at(int(stripe.start_ticks))
    beats_fit = meter.beat_ticks * geometry.px_per_tick >= MIN_LINE_GAP_PX
    top, bottom = stripe.rect.top(), stripe.rect.bottom()
    for ticks, _, beat in score.beats(int(stripe.start_ticks), int(stripe.end_ticks) + 1):
        if beat == 0 or beats_fit:
            x = geometry.x_of(ticks)
            sets["bar" if beat == 0 else "beat"].append(QLine(x, top, x, bottom))
    sets["fine"] = _fine_lines(state, stripe)
    ground = mixed(colour("panel"), colour("window"), 0.5)
    fine = mixed(ground, colour("grid"), 0.6)  # not translucent, which takes eight times as long to draw
    styles = {"fine": fine, "beat": colour("grid"), "bar": colour("grid_strong")}
    for name, lines in sets.items():
        painter.setPen(styles[name])
        painter.drawLines(lines)


def _fine_lines(state: RollState, stripe: Stripe) -> list[QLine]:
    geometry, snap, score = state.geometry, state.snap, state.score
    if not snap.ticks or snap.ticks * geometry.px_per_tick < MIN_LINE_GAP_PX:
        return []
    lines, line = [], snap.floor(score, stripe.start_ticks)
    while line <= stripe.end_ticks:
        x = geometry.x_of(line)
        lines.append(QLine(x, stripe.rect.top(), x, stripe.rect.bottom()))
        line = snap.next_line(score, line)
    return lines


def paint_region(painter: QPainter, state: RollState, stripe: Stripe) -> None:
    """The stretch of time that was marked on the ruler."""
    if state.region is None:
        return
    start, end = (state.geometry.x_of(ticks) for ticks in state.region)
    painter.fillRect(
        QRect(start, stripe.rect.top(), end - start, stripe.rect.height()), colour("selection", 46)
    )
    painter.setPen(colour("selection"))
    for x in (start, end):
        painter.drawLine(x, stripe.rect.top(), x, stripe.rect.bottom())


def paint_lane(painter: QPainter, state: RollState, stripe: Stripe) -> None:
    """The ground of a lane below the notes: its lines, the marked stretch and its upper edge."""
    painter.fillRect(stripe.rect, colour("window"))
    paint_lines(painter, state, stripe)
    paint_region(painter, state, stripe)
    painter.setPen(colour("border"))
    painter.drawLine(stripe.rect.left(), 0, stripe.rect.right(), 0)


def note_rect(geometry: Geometry, note: Note) -> QRect:
    """Where a note is drawn: one pixel less than its place, never thinner than 3. As x_of and y_of have it, but in one
    go: a frame may ask for thousands."""
    scale, left_px, row = geometry.px_per_tick, geometry.left_px, geometry.row_px
    left = round(note.start_ticks * scale - left_px)
    width = round((note.start_ticks + note.duration_ticks) * scale - left_px) - left
    top = round((PITCHES - 1 - note.pitch) * row - geometry.top_px)
    return QRect(left, top + 1, width - 1 if width > 3 else 2, row - 1)


def paint_notes(painter: QPainter, state: RollState, stripe: Stripe) -> None:
    """Other tracks as shadows, then this track: louder notes stand out more; selected ones on top."""
    low, high = (state.geometry.pitch_at(y) for y in (stripe.rect.bottom(), stripe.rect.top()))
    for number, index in state.shadows:
        shade = track_shade(number, state.score.tracks[number].muted)
        there = index.between(stripe.start_ticks, stripe.end_ticks)
        _batch_of(painter, state.geometry, (note for note in there if low <= note.pitch <= high), shade)
    plain: list[list[QRect]] = [[] for _ in range(VELOCITY_STEPS)]
    judged: list[list[QRect]] = [[] for _ in range(SURPRISE_STEPS)]
    chosen: list[Note] = []
    hollow: tuple[list[QRect], list[QRect]] = ([], [])  # not selected, selected
    visible = [n for n in state.index.between(stripe.start_ticks, stripe.end_ticks) if low <= n.pitch <= high]
    geometry, selection, scores = state.geometry, state.selection, state.scores
    for note in visible:
        if note.muted:
            hollow[note.id in selection].append(note_rect(geometry, note))
        elif note.id in selection:
            chosen.append(note)
        elif scores and (score := scores.get(note.id)) is not None:
            judged[surprise_step(score.probability)].append(note_rect(geometry, note))
        else:
            plain[note.velocity * VELOCITY_STEPS // 128].append(note_rect(geometry, note))
    edge = colour("window") if geometry.px_per_tick > EDGED_PX_PER_TICK else None
    for step, rects in enumerate(plain):
        _batch(painter, rects, velocity_colour(step / (VELOCITY_STEPS - 1)), edge)
    for step, rects in enumerate(judged):
        _batch(painter, rects, surprise_colour(step / (SURPRISE_STEPS - 1)), edge)
    _batch(painter, hollow[0], colour("window", 90), velocity_colour(0.4))
    _batch(painter, hollow[1], colour("selection", 70), colour("text"))
    _batch(painter, [note_rect(state.geometry, n) for n in chosen], colour("selection"), colour("text"))
    _batch(painter, [note_rect(state.geometry, n) for n in state.sounding], colour("text"), colour("window"))
    _paint_clamps(painter, [note_rect(geometry, note) for note in visible if note.locked])
    _paint_names(painter, state, visible)


def _paint_clamps(painter: QPainter, locked: list[QRect]) -> None:
    """Locked notes are held at both ends."""
    if not locked:
        return
    ends = [
        QRect(left, rect.top() - 1, CLAMP_PX, rect.height() + 3)
        for rect in locked
        for left in (rect.left(), rect.left() + max(CLAMP_PX, rect.width() - CLAMP_PX + 1))
    ]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("text"))
    painter.drawRects(ends)


def velocity_colour(share: float) -> QColor:
    """The colour of a note: soft ones sink into the ground."""
    return mixed(mixed(colour("panel"), colour("note"), 0.45), colour("note"), share)


def surprise_step(probability: float) -> int:
    """0 for what was to be expected, SURPRISE_STEPS - 1 for what comes once in 500 times or less."""
    bits = -math.log2(max(probability, 1e-9))
    return min(SURPRISE_STEPS - 1, int(bits / MOST_BITS * SURPRISE_STEPS))


def surprise_colour(share: float) -> QColor:
    """From the quiet ground to a warm, bright one."""
    quiet = mixed(colour("panel"), colour("note"), 0.45)
    return mixed(quiet, colour("danger"), share)


def _batch(painter: QPainter, rects: list[QRect], fill: QColor, edge: QColor | None) -> None:
    if rects:
        painter.setPen(QPen(Qt.PenStyle.NoPen) if edge is None else QPen(edge))
        painter.setBrush(fill)
        painter.drawRects(rects)


def _batch_of(painter: QPainter, geometry: Geometry, notes: Iterable[Note], fill: QColor) -> None:
    _batch(painter, [note_rect(geometry, note) for note in notes], fill, None)


def _paint_names(painter: QPainter, state: RollState, notes: Iterable[Note]) -> None:
    if state.geometry.row_px < NAME_ROW_PX or state.track.drums:  # the keys have the drums' names
        return
    shortest = NAME_WIDTH_PX / state.geometry.px_per_tick
    for note in notes:
        if note.duration_ticks >= shortest:
            rect = note_rect(state.geometry, note)
            chosen = note.id in state.selection
            painter.setPen(colour("text_soft") if note.muted else _ink(chosen, note.velocity))
            painter.drawText(
                rect.adjusted(5, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, state.name_of(note.pitch)
            )


def _ink(chosen: bool, velocity: int) -> QColor:
    """The readable one of two inks on a note's colour."""
    ground = colour("selection") if chosen else velocity_colour(velocity / 127)
    return QColor("#f4f4f4") if ground.lightness() < 128 else QColor("#161616")


def paint_ghosts(painter: QPainter, state: RollState, stripe: Stripe) -> None:
    """Suggested notes: outlined in the accent colour; the surer the model, the fuller."""
    low, high = GHOST_ALPHA
    for ghost in state.ghosts:
        if ghost.note.overlaps(int(stripe.start_ticks), int(stripe.end_ticks) + 1):
            rect = note_rect(state.geometry, ghost.note)
            painter.setPen(QPen(colour("accent"), 1.5))
            painter.setBrush(colour("accent", round(low + (high - low) * min(1.0, ghost.probability**0.5))))
            painter.drawRect(rect)
            if state.geometry.row_px >= NAME_ROW_PX and rect.width() >= NAME_WIDTH_PX:
                painter.setPen(colour("text"))
                name = state.name_of(ghost.note.pitch)
                painter.drawText(rect.adjusted(5, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)


def paint_playhead(painter: QPainter, state: RollState, stripe: Stripe) -> None:
    """A line in the text colour, through every part of the roll."""
    x = state.geometry.x_of(state.playhead_ticks)
    painter.setPen(colour("text"))
    painter.drawLine(x, stripe.rect.top(), x, stripe.rect.bottom())


def repaint_playhead(widget: QWidget, geometry: Geometry, old: int, new: int) -> None:
    """The music went on: only the stripes around the old and the new place are to be painted again."""
    for ticks in (old, new):
        widget.update(QRect(geometry.x_of(ticks) - 2, 0, 5, widget.height()))


def paint_marquee(painter: QPainter, state: RollState) -> None:
    """The box of a box selection."""
    if state.marquee is None:
        return
    geometry, box = state.geometry, state.marquee
    left, right = geometry.x_of(box.start_ticks), geometry.x_of(box.end_ticks)
    top, bottom = geometry.y_of(box.high), geometry.y_of(box.low) + geometry.row_px
    painter.setPen(colour("text_soft"))
    painter.setBrush(colour("selection", 60))
    painter.drawRect(left, top, right - left, bottom - top)


def paint_lasso(painter: QPainter, state: RollState) -> None:
    """The outline of a lasso, closed by a fainter line."""
    if len(state.lasso) < 2:
        return
    geometry = state.geometry
    points = [
        QPointF(ticks * geometry.px_per_tick - geometry.left_px, geometry.y_at(height))
        for ticks, height in state.lasso
    ]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour("text_soft", 110), 1, Qt.PenStyle.DashLine))
    painter.setBrush(colour("selection", 60))
    painter.drawPolygon(QPolygonF(points))
    painter.setPen(QPen(colour("text"), 1.5))
    painter.drawPolyline(QPolygonF(points))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_cursor(painter: QPainter, state: RollState) -> None:
    """Where Enter will draw a note, and the notes that a stamp adds to it."""
    geometry, cursor = state.geometry, state.cursor
    left = geometry.x_of(cursor.ticks)
    width = max(6, geometry.x_of(cursor.ticks + state.snap.length_ticks) - left)
    painter.setPen(QPen(colour("text_soft"), 1, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(left, geometry.y_of(cursor.pitch), width - 1, geometry.row_px)
    if state.stamp.is_chord:
        painter.setPen(QPen(colour("text_soft", 130), 1, Qt.PenStyle.DotLine))
        for note in state.pen_notes(cursor.ticks, state.snap.length_ticks, cursor.pitch):
            if note.pitch != cursor.pitch:
                painter.drawRect(left, geometry.y_of(note.pitch), width - 1, geometry.row_px)
