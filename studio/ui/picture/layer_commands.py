"""The commands of the layers."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.core.session import PICTURES
from studio.ui.commands import Command

if TYPE_CHECKING:
    from studio.ui.picture.layering import Layering

MENU = "Layer"
FAR = 1_000_000


def layer_commands(layering: "Layering") -> tuple[Command, ...]:
    """All that can be done with layers by menu, key or palette."""
    return (*_making(layering), *_ordering(layering), *_changing(layering))


def _making(layering: "Layering") -> tuple[Command, ...]:
    return (
        _command("new-paint-layer", tr("New paint layer"), layering.new_paint, "Ctrl+Shift+N", "brush-variant"),
        _command("import-layer", tr("Picture as layer…"), layering.choose_files, "Ctrl+Shift+I", "image-plus-outline"),
        _command("keep-as-layer", tr("Keep picture as layer"), layering.keep, "Ctrl+Shift+K", "pin-outline",
                 hint=tr("The live picture, as it is now, becomes a layer below; the sliders go on from there.")),
        _command("make-layer-live", tr("Make live again"), layering.make_live, "Ctrl+Alt+L", "",
                 lambda: _has_latent(layering),
                 tr("What the layer came from is under the sliders again; the layer is hidden.")),
        _command("duplicate-layer", tr("Duplicate the layer"), layering.duplicate, "Ctrl+J", "content-duplicate",
                 lambda: _is_free(layering)),
        _command("merge-down", tr("Merge down"), layering.merge_down, "Ctrl+Shift+J", "arrow-collapse-down",
                 lambda: _is_free(layering)),
        _command("remove-layer", tr("Remove the layer"), layering.remove, "Ctrl+Shift+Backspace", "delete-outline",
                 lambda: _is_free(layering)),
    )  # fmt: skip


def _ordering(layering: "Layering") -> tuple[Command, ...]:
    def several() -> bool:
        return layering.current() is not None

    def command(name: str, title: str, run: Callable[[], None], keys: str) -> Command:
        return _command(name, title, run, keys, "", several)

    return (
        command("layer-up", tr("Layer up"), lambda: layering.move(1), "Ctrl+]"),
        command("layer-down", tr("Layer down"), lambda: layering.move(-1), "Ctrl+["),
        command("layer-to-top", tr("Layer to the top"), lambda: layering.move(FAR), "Ctrl+Shift+]"),
        command("layer-to-bottom", tr("Layer to the bottom"), lambda: layering.move(-FAR), "Ctrl+Shift+["),
        command("choose-layer-above", tr("Choose the layer above"), lambda: layering.choose_next(1), "Alt+]"),
        command(
            "choose-layer-below", tr("Choose the layer below"), lambda: layering.choose_next(-1), "Alt+["
        ),
    )


def _changing(layering: "Layering") -> tuple[Command, ...]:
    return (
        _command("hide-layer", tr("Hide or show the layer"), layering.toggle_eye, "Ctrl+H", "eye-outline"),
        _command("lock-layer", tr("Lock or unlock the layer"), layering.toggle_lock, "Ctrl+/", "lock-outline"),
        _command("layer-region", tr("Layer inside the selection"), layering.region_from_selection, "", "selection",
                 lambda: _has_region_to_be(layering)),
        _command("layer-everywhere", tr("Layer everywhere"), layering.clear_region, "", "",
                 lambda: _has_region(layering)),
        _command("show-layers", tr("Show the layers"), layering.reveal, "F7", "layers-outline"),
    )  # fmt: skip


def _command(
    name: str, title: str, run: Callable[[], object], keys: str = "", icon: str = "",
    enabled_when: Callable[[], bool] = lambda: True, hint: str = "",
) -> Command:  # fmt: skip
    return Command(name, title, MENU, run, keys, hint, icon, PICTURES, enabled_when)


def _is_free(layering: "Layering") -> bool:
    layer = layering.current()
    return layer is not None and layer.kind != "live"


def _has_latent(layering: "Layering") -> bool:
    layer = layering.current()
    return layer is not None and layer.latent is not None


def _has_region(layering: "Layering") -> bool:
    layer = layering.current()
    return layer is not None and layer.region is not None


def _has_region_to_be(layering: "Layering") -> bool:
    return layering.has_selection or _has_region(layering)


def tr(text: str) -> str:
    return QCoreApplication.translate("LayerCommands", text)
