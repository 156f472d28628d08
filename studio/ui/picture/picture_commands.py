"""The commands of the picture desk."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from studio.core.retouch import FACTORS
from studio.core.session import PICTURES
from studio.ui.commands import Command
from studio.ui.picture.desk import PictureDesk
from studio.ui.picture.picture_files import PictureFiles


def picture_commands(
    desk: PictureDesk, files: PictureFiles, paste: Callable[[], None]
) -> tuple[Command, ...]:
    """Everything that the picture desk can be asked for by menu, key or palette."""
    return (*_file_commands(desk, files, paste), *_picture_commands(desk), *_view_commands(desk))


def _file_commands(desk: PictureDesk, files: PictureFiles, paste: Callable[[], None]) -> tuple[Command, ...]:
    def has_frame() -> bool:
        return desk.last_frame is not None

    def export(scale: int) -> Command:
        title = tr("Export PNG…") if scale == 1 else tr("Export PNG at {}×…").format(scale)
        keys = {1: "", 2: "Ctrl+Shift+E", 4: "Ctrl+Alt+E"}[scale]
        name = "export-png" if scale == 1 else f"export-png-{scale}x"
        return Command(
            name, title, "File", lambda: files.choose_and_export(scale), keys,
            tr("Save the picture with its recipe inside: opening it brings this state back."),
            "export-variant", PICTURES, has_frame,
        )  # fmt: skip

    def detailed(scale: int) -> Command:
        return Command(
            f"export-png-{scale}x-detail", tr("Export PNG at {}× with detail…").format(scale), "File",
            lambda: files.choose_and_export(scale, detail=True), "",
            tr("Larger, with detail painted in where plain enlarging would only be soft."),
            "export-variant", PICTURES, has_frame,
        )  # fmt: skip

    restores = any(card.family == "picture.restoration" for card in desk.cards.values())
    return (
        Command(
            "open-picture", tr("Open picture…"), "File", files.choose_and_open, "Ctrl+O",
            tr("Open a photograph, a painting, or a PNG exported here."), "folder-open-outline", PICTURES,
        ),
        *(export(scale) for scale in (1, 2, 4)),
        *(detailed(scale) for scale in (FACTORS if restores else ())),
        Command("copy-picture", tr("Copy picture"), "Edit", files.copy, "Ctrl+C", desk=PICTURES,
                enabled_when=has_frame),
        Command("paste-picture", tr("Paste picture"), "Edit", paste, "Ctrl+V", desk=PICTURES),
    )  # fmt: skip


def _picture_commands(desk: PictureDesk) -> tuple[Command, ...]:
    session = desk.session

    def seed(step: int) -> None:
        session.set_seed(session.picture.latent.seed + step)

    def has_model() -> bool:
        return bool(session.picture.model_id)

    return (
        Command("roll-dice", tr("Roll the dice"), "Picture", desk.roll_dice, "Ctrl+R",
                tr("Another picture at random; sliders and styles stay."), "dice-5-outline", PICTURES, has_model),
        Command("next-seed", tr("Next seed"), "Picture", lambda: seed(1), "Ctrl+Right", "", "", PICTURES, has_model),
        Command("previous-seed", tr("Previous seed"), "Picture", lambda: seed(-1), "Ctrl+Left", "", "", PICTURES,
                lambda: session.picture.latent.seed > 0),
        Command("reset-sliders", tr("Reset all sliders"), "Picture", session.reset_directions, "Ctrl+Backspace",
                "", "", PICTURES, lambda: bool(session.picture.latent.offsets)),
        Command("keep-a", tr("Keep as A"), "Picture", lambda: desk.keep_slot("a"), "Ctrl+1", "", "", PICTURES,
                has_model),
        Command("keep-b", tr("Keep as B"), "Picture", lambda: desk.keep_slot("b"), "Ctrl+2", "", "", PICTURES,
                has_model),
        Command("go-to-a", tr("Go to A"), "Picture", lambda: desk.recall_slot("a"), "Alt+1", "", "", PICTURES,
                lambda: session.picture.slot_a is not None),
        Command("go-to-b", tr("Go to B"), "Picture", lambda: desk.recall_slot("b"), "Alt+2", "", "", PICTURES,
                lambda: session.picture.slot_b is not None),
    )  # fmt: skip


def _view_commands(desk: PictureDesk) -> tuple[Command, ...]:
    canvas = desk.canvas
    return (
        Command("zoom-in", tr("Zoom in"), "View", canvas.zoom_in, "Ctrl++", desk=PICTURES),
        Command("zoom-out", tr("Zoom out"), "View", canvas.zoom_out, "Ctrl+-", desk=PICTURES),
        Command("zoom-fit", tr("Fit the picture"), "View", canvas.zoom_fit, "Ctrl+0", desk=PICTURES),
        Command(
            "crisp-pixels",
            tr("Crisp pixels from 800 %"),
            "View",
            lambda: canvas.set_pixelated(not canvas.pixelated),
            desk=PICTURES,
            checked_when=lambda: canvas.pixelated,
        ),
        Command(
            "zoom-actual", tr("Actual pixels"), "View", canvas.zoom_actual, "Ctrl+Shift+0", desk=PICTURES
        ),
    )


def tr(text: str) -> str:
    return QCoreApplication.translate("PictureCommands", text)
