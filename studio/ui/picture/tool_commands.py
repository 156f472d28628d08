"""The commands of the canvas tools: selections, mask view, fill, flips, crop, brush size and pixel grid."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.core.session import PICTURES
from studio.ui.commands import Command

if TYPE_CHECKING:
    from studio.ui.picture.tooling import Tooling


def tool_commands(tooling: "Tooling") -> tuple[Command, ...]:
    """Everything the tools offer besides being taken into the hand."""
    return (
        *_selecting(tooling), *_layering(tooling), *_cropping(tooling), *_brushing(tooling), *_viewing(tooling)
    )  # fmt: skip


def _selecting(tooling: "Tooling") -> tuple[Command, ...]:
    bench = tooling.bench

    def is_selected() -> bool:
        return bench.picture.selection is not None

    return (
        Command("select-all", tr("Select all"), "Select", tooling.select_all, "Ctrl+A", icon="select-all",
                desk=PICTURES, enabled_when=lambda: bench.surface.frame is not None),
        Command("select-none", tr("Select nothing"), "Select", tooling.select_none, "Ctrl+D", icon="select-off",
                desk=PICTURES, enabled_when=is_selected),
        Command("invert-selection", tr("Invert the selection"), "Select", tooling.invert_selection, "Ctrl+I",
                icon="select-inverse", desk=PICTURES, enabled_when=is_selected),
        Command("mask-view", tr("Mask view"), "Select", lambda: bench.show_mask(not bench.mask_view), "Q",
                tr("What is not selected lies under a veil; brush and eraser change the selection."), "",
                PICTURES, checked_when=lambda: bench.mask_view),
    )  # fmt: skip


def _layering(tooling: "Tooling") -> tuple[Command, ...]:
    def can_move() -> bool:
        return tooling.bench.surface.frame is not None and tooling.transform.place() is not None

    def has_frame() -> bool:
        return tooling.bench.surface.frame is not None

    return (
        Command("fill-selection", tr("Fill with the colour"), "Layer", tooling.fill.fill, "Shift+F",
                tr("Fills the selection, or everything, on the paint layer."), "", PICTURES, has_frame),
        Command("clear-selection", tr("Clear what is selected (Delete)"), "Layer", tooling.bench.clear, "",
                tr("Takes what is selected off the layer in hand."), "", PICTURES,
                lambda: tooling.bench.picture.selection is not None),
        Command("flip-layer-x", tr("Flip horizontally"), "Layer", lambda: tooling.transform.flip(True), "", "",
                "flip-horizontal", PICTURES, can_move),
        Command("flip-layer-y", tr("Flip vertically"), "Layer", lambda: tooling.transform.flip(False), "", "",
                "flip-vertical", PICTURES, can_move),
        Command("turn-layer", tr("Turn by 90°"), "Layer", lambda: tooling.transform.turn(90), "", "",
                "rotate-right", PICTURES, can_move),
    )  # fmt: skip


def _cropping(tooling: "Tooling") -> tuple[Command, ...]:
    return (
        Command("whole-picture", tr("Whole picture"), "Picture", tooling.show_whole, "",
                tr("Takes every crop back: nothing was lost."), "", PICTURES, lambda: tooling.is_cropped),
    )  # fmt: skip


def _brushing(tooling: "Tooling") -> tuple[Command, ...]:
    return (
        Command("brush-smaller", tr("Smaller brush"), "Tools", lambda: tooling.grow_brush(False), "[", "", "",
                PICTURES),
        Command("brush-larger", tr("Larger brush"), "Tools", lambda: tooling.grow_brush(True), "]", "", "",
                PICTURES),
        Command("choose-colour", tr("Choose the colour…"), "Tools", tooling.bar.colours.open_dialog, "", "", "",
                PICTURES),
    )  # fmt: skip


def _viewing(tooling: "Tooling") -> tuple[Command, ...]:
    canvas = tooling.canvas

    def toggle() -> None:
        canvas.grid.shown = not canvas.grid.shown
        canvas.update()

    return (
        Command("pixel-grid", tr("Pixel grid from 800 %"), "View", toggle, desk=PICTURES,
                checked_when=lambda: canvas.grid.shown),
    )  # fmt: skip


def tr(text: str) -> str:
    return QCoreApplication.translate("ToolCommands", text)
