"""The commands of the timeline."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.core.session import PICTURES
from studio.ui.commands import Command

if TYPE_CHECKING:
    from studio.ui.picture.playing import Playing

MENU = "Timeline"


def timeline_commands(playing: "Playing") -> tuple[Command, ...]:
    """Everything that the timeline can be asked for by menu, key or palette."""
    return (*_playing(playing), *_keyframes(playing), *_whole(playing))


def _playing(playing: "Playing") -> tuple[Command, ...]:
    playhead = playing.playhead

    def has_keys() -> bool:
        return bool(playhead.timeline.keyframes)

    def has_picture() -> bool:
        return playing.has_picture

    return (
        Command("timeline-show", tr("Show the timeline"), MENU, playing.show_panel, "Ctrl+T", desk=PICTURES),
        Command("timeline-play", tr("Play or pause"), MENU, playhead.toggle_play, "Ctrl+Space",
                tr("Also Space, on the canvas or the timeline."), "play", PICTURES, has_keys),
        Command("timeline-record", tr("Record"), MENU, playhead.toggle_record, "Shift+R",
                tr("What you do with the sliders becomes keyframes."), "record", PICTURES, has_picture,
                lambda: playhead.is_recording),
        Command("timeline-loop", tr("Loop"), MENU, playing.keyframing.toggle_loop, "Ctrl+L",
                tr("Back to the first keyframe without a seam."), "repeat", PICTURES, has_keys,
                lambda: playhead.timeline.closed),
        Command("timeline-previous", tr("Previous keyframe"), MENU, lambda: playing.keyframing.go_to_key(-1), "Ctrl+,",
                "", "", PICTURES, has_keys),
        Command("timeline-next", tr("Next keyframe"), MENU, lambda: playing.keyframing.go_to_key(1), "Ctrl+.",
                "", "", PICTURES, has_keys),
        Command("timeline-take", tr("Take this picture"), MENU, playhead.take, "Shift+Return",
                tr("The sliders go to where the timeline is."), "check", PICTURES, has_keys),
    )  # fmt: skip


def _keyframes(playing: "Playing") -> tuple[Command, ...]:
    keyframing = playing.keyframing

    def has_keys() -> bool:
        """Which one is chosen is asked when it is done: a click that chooses refreshes no menus."""
        return bool(keyframing.timeline.keyframes)

    return (
        Command("timeline-keep", tr("Keep as a keyframe"), MENU, keyframing.keep, "K",
                tr("The picture on the canvas, at the playhead."), "plus", PICTURES, lambda: playing.has_picture),
        Command("timeline-update", tr("Update the keyframe"), MENU, keyframing.update_key, "U",
                tr("The chosen keyframe takes the picture on the canvas."), "sync", PICTURES, has_keys),
        Command("timeline-duplicate", tr("Duplicate the keyframe"), MENU, keyframing.duplicate, "Ctrl+Shift+D",
                "", "", PICTURES, has_keys),
        Command("timeline-delete", tr("Delete the keyframe"), MENU, keyframing.delete, "Shift+Delete",
                "", "", PICTURES, has_keys),
    )  # fmt: skip


def _whole(playing: "Playing") -> tuple[Command, ...]:
    keyframing = playing.keyframing

    def has_keys() -> bool:
        return bool(keyframing.timeline.keyframes)

    return (
        Command("timeline-reverse", tr("Reverse"), MENU, keyframing.reverse, "", "", "", PICTURES, has_keys),
        Command("timeline-even-out", tr("Even out"), MENU, keyframing.even_out, "",
                tr("The same time from each keyframe to the next."), "", PICTURES, has_keys),
        Command("timeline-slower", tr("Twice as slow"), MENU, lambda: keyframing.retime(2.0), "", "", "", PICTURES,
                has_keys),
        Command("timeline-faster", tr("Twice as fast"), MENU, lambda: keyframing.retime(0.5), "", "", "", PICTURES,
                has_keys),
        Command("timeline-clear", tr("Clear the timeline"), MENU, keyframing.clear, "", "", "", PICTURES, has_keys),
        Command("export-video", tr("Export video…"), MENU, playing.filming.ask, "Ctrl+Shift+V",
                tr("The timeline as MP4, WebM, GIF, WebP or single pictures."), "movie-open-outline", PICTURES,
                has_keys),
    )  # fmt: skip


def tr(text: str) -> str:
    return QCoreApplication.translate("TimelineCommands", text)
