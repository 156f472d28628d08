"""`python -m studio`: sets the thread environment before anything else, then opens the window or runs a verb.

Invariant: the way to the window imports neither torch nor the command line.
"""

import os

os.environ.setdefault(
    "OMP_WAIT_POLICY", "PASSIVE"
)  # before torch: else idle threads spin and steal the GUI's time

import sys

WINDOW_VERB = "open"


def window_wish(arguments: list[str]) -> tuple[list[str], str] | None:
    """(files, device) where the window is meant; None where the command line must look closer."""
    left = arguments[1:] if arguments[:1] == [WINDOW_VERB] else list(arguments)
    files: list[str] = []
    device = ""
    while left:
        first = left.pop(0)
        if first == "--device" and left:
            device = left.pop(0)
        elif first.startswith("--device="):
            device = first.partition("=")[2]
        elif first.startswith("-") or not (set("./\\") & set(first) or arguments[0] == WINDOW_VERB):
            return None
        else:
            files.append(first)
    return files, device


def open_window(files: list[str], device: str) -> int:
    """The window; where none can open, one sentence that says why."""
    from studio.ui.missing_library import explain_import_error, window_obstacle

    obstacle = window_obstacle()
    try:
        if obstacle is None:
            from studio.app import run

            return run(files, device)
    except ImportError as error:
        obstacle = explain_import_error(error)
        if obstacle is None:
            raise
    print(obstacle.sentence(), file=sys.stderr)
    return 1


def main() -> int:
    """The entry point; returns the exit code."""
    wish = window_wish(sys.argv[1:])
    if wish is not None:
        return open_window(*wish)
    from studio.cli import main as run_verb

    return run_verb()


if __name__ == "__main__":
    sys.exit(main())
