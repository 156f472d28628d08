"""Friendly words where no window can open: a system library is missing, or there is no screen.

Invariant: imports no Qt, for it speaks when Qt cannot be imported.
"""

import ctypes
import os
import re
import sys
from collections.abc import Iterable

from studio.core.errors import StudioError

# The libraries that Qt opens, and the Debian and Ubuntu package of each.
_QT_PACKAGES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
_XCB_PACKAGES = {
    "libxcb.so.1": "libxcb1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_PACKAGES = _QT_PACKAGES | _XCB_PACKAGES


def explain_import_error(error: ImportError) -> StudioError | None:
    """Return clear words for an import that a missing shared library made fail; None for any other."""
    found = re.search(r"(lib[\w.+-]+\.so[.\d]*): cannot open shared object file", str(error))
    return _missing([found.group(1)]) if found else None


def window_obstacle() -> StudioError | None:
    """Return why no window can open here, or None. Asked before QApplication, which would abort instead."""
    if not sys.platform.startswith("linux") or _platform_is_chosen():
        return None
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return StudioError(
            "There is no screen to open a window on.",
            "Neither DISPLAY nor WAYLAND_DISPLAY is set.",
            "Start it from a graphical session, or use the headless verbs: latent-studio --help.",
        )
    if os.environ.get("WAYLAND_DISPLAY"):
        return None
    lost = [name for name in _PACKAGES if not _opens(name)]
    return _missing(lost) if lost else _silent_screen(os.environ["DISPLAY"])


def _platform_is_chosen() -> bool:
    return os.environ.get("QT_QPA_PLATFORM", "xcb").partition(":")[0] not in ("xcb", "")


def _opens(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _silent_screen(display: str) -> StudioError | None:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = xcb.xcb_connection_has_error(connection) != 0
    xcb.xcb_disconnect(connection)
    if not failed:
        return None
    return StudioError(
        f"The screen {display} does not answer.",
        "DISPLAY names an X server that is not there or does not let this program in.",
        "Start it from a graphical session, or use the headless verbs: latent-studio --help.",
    )


def _missing(libraries: Iterable[str]) -> StudioError:
    names = sorted(set(libraries))
    packages = sorted({_PACKAGES[name] for name in names if name in _PACKAGES})
    line = f"sudo apt-get install {' '.join(packages)}" if packages else "packaging/run.sh"
    plural = "libraries are" if len(names) > 1 else "library is"
    return StudioError(
        f"The window cannot open: the system {plural} missing ({', '.join(names)}).",
        "Qt needs it to draw.",
        f"Type: {line}",
    )
