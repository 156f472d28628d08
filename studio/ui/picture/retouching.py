"""Retouching: what the canvas shows, cleaned, enlarged or turned into a painting, becomes the opened picture,
or a layer where there are layers.

GUI thread. The work is a job with progress and cancel; its result is one undoable step.
"""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QObject, Signal

from studio.core.messages import CancelledReply, Failure, Quality, Reply, WorkDone
from studio.core.picture import Picture
from studio.core.project import PictureDocument
from studio.core.retouch import FACTORS, Retouch
from studio.core.session import PICTURES
from studio.core.stack import with_result
from studio.files.picture_file import LONGEST_PX
from studio.inference.export_jobs import RetouchJob
from studio.ui.bridge import Bridge
from studio.ui.commands import Command
from studio.ui.picture.desk import PictureDesk, render_request

GENTLE, STRONG = 0.3, 0.7  # of denoising
LIGHT = 0.5  # of painting


class Retouching(QObject):
    """Asks for retouched pictures and lays them on the desk when they come; `laid` gives the id of a result's layer."""

    laid = Signal(int)

    def __init__(self, desk: PictureDesk, bridge: Bridge) -> None:
        super().__init__(desk)
        self._desk = desk
        self._waiting: dict[int, tuple[PictureDocument, int]] = {}
        bridge.reply_arrived.connect(self.take_reply)

    def can(self, family: str) -> bool:
        """Whether a model of that family is installed."""
        return any(card.family == family for card in self._desk.cards.values())

    def fits(self, factor: int) -> bool:
        """Whether there is a picture, and `factor` times as large it still is one that the desk opens."""
        frame = self._desk.last_frame
        return frame is not None and factor * max(frame.width, frame.height) <= LONGEST_PX

    def ask(self, wish: Retouch, title: str) -> int:
        """Begin; returns the serial of the job. `title` stands beside its progress and in the undo list."""
        document = self._desk.session.picture
        request = replace(render_request(document, Quality.FINAL), retouch=(wish,))
        name = document.source.name if document.source is not None else title
        serial = self._desk.controller.submit_job(RetouchJob(request, name, title))
        self._waiting[serial] = document, wish.factor if wish.kind == "upscale" else 1
        return serial

    def take_reply(self, reply: Reply) -> None:
        """The end of a job that was asked for here; the window tells why where there is no picture."""
        if not isinstance(reply, WorkDone | Failure | CancelledReply):
            return
        asked = self._waiting.pop(reply.serial, None)
        if asked is not None and isinstance(reply, WorkDone) and isinstance(reply.result, Picture):
            self._lay(*asked, reply.result, reply.title)

    def _lay(self, document: PictureDocument, factor: int, picture: Picture, title: str) -> None:
        """On what was there when it was asked for; layers that have changed meanwhile stay as they are now."""
        now = self._desk.session.picture
        there = now if now.layers and now.artboard == document.artboard else document
        after = with_result(there, picture, title, factor)
        self._desk.session.change_picture(after, title)
        if after.layers:
            self.laid.emit(after.layers[-1].id)


def retouch_commands(retouching: Retouching) -> tuple[Command, ...]:
    """What the installed models can do to the picture on the canvas."""
    commands = _restoring(retouching) if retouching.can("picture.restoration") else ()
    return (*commands, *(_translating(retouching) if retouching.can("picture.translator") else ()))


def _restoring(retouching: Retouching) -> tuple[Command, ...]:
    def command(name: str, title: str, wish: Retouch, hint: str) -> Command:
        return Command(
            name, title, "Picture", lambda: retouching.ask(wish, title), "", hint, "", PICTURES,
            lambda: retouching.fits(wish.factor if wish.kind == "upscale" else 1),
        )  # fmt: skip

    clean = tr("Take grain and noise out of the picture. {}").format(_result())
    larger = tr("Enlarge the picture and paint in detail; the artboard grows with it. {}").format(_result())
    return (
        command("denoise", tr("Denoise"), Retouch("denoise", strength=GENTLE), clean),
        command("denoise-strongly", tr("Denoise strongly"), Retouch("denoise", strength=STRONG), clean),
        *(
            command(f"upscale-{n}x", tr("Upscale {}×").format(n), Retouch("upscale", factor=n), larger)
            for n in FACTORS
        ),
    )


def _translating(retouching: Retouching) -> tuple[Command, ...]:
    def command(name: str, title: str, strength: float) -> Command:
        wish = Retouch("translate", strength=strength)
        return Command(
            name, title, "Picture", lambda: retouching.ask(wish, title), "",
            tr("Forms stay, the surface becomes brushwork. {}").format(_result()), "", PICTURES,
            lambda: retouching.fits(1),
        )  # fmt: skip

    return (
        command("photo-to-painting", tr("Photo to painting"), 1.0),
        command("photo-to-painting-lightly", tr("Photo to painting, lightly"), LIGHT),
    )


def _result() -> str:
    return tr("The result is the opened picture, or a layer on top where there are layers.")


def tr(text: str) -> str:
    return QCoreApplication.translate("Retouching", text)
