"""The latent panel: every control tells its wish, and showing a document tells nothing."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from studio.core.card import ModelInfo
from studio.core.latent import MAX_SEED, Latent
from studio.core.parameter import Parameter
from studio.core.picture import Frame
from studio.core.project import PictureDocument
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.picture.latent.latent_panel import LatentPanel

FrameMaker = Callable[..., Frame]
LEFT = Qt.MouseButton.LeftButton
ALL = (
    "direction_moved", "psi_moved", "style_moved", "noise_moved", "released", "seed_chosen", "dice_requested",
    "random_wished", "reset_wished",
)  # fmt: skip


@pytest.fixture
def panel(qtbot: QtBot, painting_model: ModelInfo) -> LatentPanel:
    made = LatentPanel()
    qtbot.addWidget(made)
    made.resize(300, 800)
    made.show_model(painting_model)
    made.show_document(PictureDocument(latent=Latent(seed=85, psi=0.7)))
    made.show()
    qtbot.waitExposed(made)
    return made


def listen(panel: LatentPanel) -> list[tuple[object, ...]]:
    """All that the panel tells from now on."""
    told: list[tuple[object, ...]] = []
    for name in ALL:
        getattr(panel, name).connect(lambda *args, name=name: told.append((name, *args)))
    return told


def part(panel: LatentPanel, kind: type[QObject], name: str) -> QObject:
    found = panel.findChild(kind, name)
    assert found is not None, name
    return found


def test_a_document_is_shown_without_a_word(panel: LatentPanel) -> None:
    told = listen(panel)
    latent = Latent(seed=7, psi=0.4, offsets=(("pca-1", 1.5),), styles=(("portrait", 0.6),))
    panel.show_document(PictureDocument(latent=latent))
    assert not told
    assert part(panel, QLineEdit, "seed-box").text() == "7"
    assert part(panel, LabelledSlider, "psi").value == 0.4
    assert part(panel, LabelledSlider, "latent-slider-1").value == 1.5
    assert part(panel, LabelledSlider, "latent-slider-0").value == 0.0
    assert part(panel, LabelledSlider, "style-weight-portrait").value == 0.6


def test_a_drag_on_a_slider_tells_the_direction_and_the_release(panel: LatentPanel, qtbot: QtBot) -> None:
    told = listen(panel)
    slider = part(panel, QSlider, "latent-slider-2-slider")
    middle = slider.rect().center()
    qtbot.mousePress(slider, LEFT, pos=middle)
    for x in (5, 10, 20):
        qtbot.mouseMove(slider, middle + QPoint(x, 0))
    qtbot.mouseRelease(slider, LEFT, pos=middle + QPoint(20, 0))
    assert told[-1] == ("released",)
    moves = [entry for entry in told if entry[0] == "direction_moved"]
    assert {entry[1] for entry in moves} == {"pca-2"}
    assert moves[-1][2] > 0


def test_ten_directions_show_eight_and_fold_the_rest(panel: LatentPanel, qtbot: QtBot) -> None:
    assert part(panel, LabelledSlider, "latent-slider-7").isVisible()
    hidden = part(panel, LabelledSlider, "latent-slider-9")
    assert not hidden.isVisible()
    qtbot.mouseClick(part(panel, QToolButton, "latent-more-header"), LEFT)
    assert hidden.isVisible()


def test_every_kind_of_direction_has_its_heading(
    panel: LatentPanel, painting_model: ModelInfo, qtbot: QtBot
) -> None:
    kinds = [("attribute", 10), ("pca", 3), ("sefa", 2)]
    directions = tuple(
        Parameter(f"{kind}-{i}", kind, -3.0, 3.0, 0.0, group=kind)
        for kind, count in kinds
        for i in range(count)
    )
    panel.show_model(replace(painting_model, directions=directions))
    headers = [
        b.text() for b in panel.directions.findChildren(QToolButton) if b.property("role") == "section"
    ]
    assert headers == ["Attributes", "2 more", "Components (3)", "By layer (2)"]
    assert list(panel.directions.rows) == [p.name for p in directions]
    row = panel.directions.rows["sefa-1"]
    assert not row.isVisible()
    part(panel, QToolButton, "latent-sefa-header").click()
    qtbot.waitUntil(row.isVisible)
    panel.show_model(painting_model)
    headers = [
        b.text() for b in panel.directions.findChildren(QToolButton) if b.property("role") == "section"
    ]
    assert headers == ["Sliders", "2 more"]


def test_two_kinds_of_styles_have_a_group_each(panel: LatentPanel, painting_model: ModelInfo) -> None:
    def groups() -> dict[str, list[str]]:
        return {group.title: [row.parameter.name for row in group.rows()] for group in panel.styles.groups}

    assert groups() == {"Styles": ["portrait", "still_life"]}
    card = replace(painting_model.card, styles=("marine", "city", "modern"), config={"groups": [2, 1]})
    panel.show_model(replace(painting_model, card=card))
    assert groups() == {"Genre": ["marine", "city"], "Manner": ["modern"]}
    panel.show_model(painting_model)
    assert groups() == {"Styles": ["portrait", "still_life"]}


def test_the_reset_button_comes_with_the_first_move_and_goes_with_the_reset(
    panel: LatentPanel, qtbot: QtBot
) -> None:
    assert panel.findChild(QToolButton, "latent-slider-0-reset") is None
    panel.show_document(PictureDocument(latent=Latent(seed=85, psi=0.7, offsets=(("pca-0", -1.0),))))
    reset = part(panel, QToolButton, "latent-slider-0-reset")
    qtbot.waitUntil(reset.isVisible)
    told = listen(panel)
    qtbot.mouseClick(reset, LEFT)
    assert told == [("direction_moved", "pca-0", 0.0), ("released",)]
    assert not reset.isVisible()


def test_delete_and_double_click_reset_a_slider(panel: LatentPanel, qtbot: QtBot) -> None:
    slider = part(panel, QSlider, "latent-slider-0-slider")
    for reset in (
        lambda: qtbot.keyClick(slider, Qt.Key.Key_Delete),
        lambda: qtbot.mouseDClick(slider, LEFT, pos=slider.rect().center()),
    ):
        panel.directions.rows["pca-0"].show_value(2.0)
        reset()
        assert panel.directions.rows["pca-0"].slider.value == 0.0


def test_a_typed_seed_is_chosen_on_return_once(panel: LatentPanel, qtbot: QtBot) -> None:
    told = listen(panel)
    box = part(panel, QLineEdit, "seed-box")
    box.selectAll()
    qtbot.keyClicks(box, "4294967295")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    box.clearFocus()
    assert told == [("seed_chosen", MAX_SEED)]


def test_a_seed_beyond_the_last_becomes_the_last(panel: LatentPanel, qtbot: QtBot) -> None:
    told = listen(panel)
    box = part(panel, QLineEdit, "seed-box")
    box.selectAll()
    qtbot.keyClicks(box, "9999999999")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert told == [("seed_chosen", MAX_SEED)]
    assert box.text() == str(MAX_SEED)


def test_arrows_step_the_seed_and_wrap_around(panel: LatentPanel, qtbot: QtBot) -> None:
    told = listen(panel)
    box = part(panel, QLineEdit, "seed-box")
    qtbot.keyClick(box, Qt.Key.Key_Up)
    panel.show_document(PictureDocument(latent=Latent(seed=0)))
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert told == [("seed_chosen", 86), ("seed_chosen", MAX_SEED)]


def test_a_picture_that_no_seed_gave_leaves_the_box_empty(panel: LatentPanel, qtbot: QtBot) -> None:
    panel.show_document(PictureDocument(latent=Latent(seed=85, point=(0.0, 1.0))))
    box = part(panel, QLineEdit, "seed-box")
    assert box.text() == ""
    told = listen(panel)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert told == []


def test_the_buttons_tell_their_wishes(panel: LatentPanel, qtbot: QtBot) -> None:
    latent = Latent(seed=85, offsets=(("pca-1", 1.5),), styles=(("portrait", 0.6),))
    panel.show_document(PictureDocument(latent=latent))
    told = listen(panel)
    panel.finder.random_requested.connect(lambda: told.append(("random all",)))
    panel.finder.reset_requested.connect(lambda: told.append(("reset all",)))
    names = (
        "seed-dice", "latent-random-all", "latent-reset-all", "latent-sliders-random", "latent-sliders-reset",
        "style-styles-reset", "noise-group-random",
    )  # fmt: skip
    for name in names:
        qtbot.mouseClick(part(panel, QToolButton, name), LEFT)
    directions, styles = panel.directions.groups[0], panel.styles.groups[0]
    assert told == [
        ("dice_requested",),
        ("random all",),
        ("reset all",),
        ("random_wished", directions),
        ("reset_wished", directions),
        ("reset_wished", styles),
        ("random_wished", panel.noise),
    ]


def test_styles_and_psi_tell_their_values(panel: LatentPanel, qtbot: QtBot) -> None:
    told = listen(panel)
    qtbot.keyClick(part(panel, QSlider, "psi-slider"), Qt.Key.Key_End)
    qtbot.keyClick(part(panel, QSlider, "style-weight-still-life-slider"), Qt.Key.Key_End)
    assert told == [("psi_moved", 1.5), ("style_moved", "still_life", 1.0)]


def test_a_vae_has_neither_psi_nor_styles(
    panel: LatentPanel, painting_model: ModelInfo, qtbot: QtBot
) -> None:
    card = replace(painting_model.card, family="picture.vae", styles=())
    panel.show_model(replace(painting_model, card=card))
    assert not panel.psi.isVisible()
    assert not panel.styles.isVisible()
    assert not panel.noise.isVisible()
    qtbot.waitUntil(part(panel, LabelledSlider, "latent-slider-0").isVisible)


def test_a_model_that_comes_later_shows_the_document_too(
    panel: LatentPanel, painting_model: ModelInfo
) -> None:
    panel.show_document(PictureDocument(latent=Latent(offsets=(("pca-3", 1.25),))))
    panel.show_model(painting_model)
    assert panel.directions.rows["pca-3"].slider.value == 1.25


def test_without_a_model_it_says_what_to_do(panel: LatentPanel) -> None:
    panel.show_model(None)
    assert panel._nothing.isVisible()
    assert not panel.seed_row.isVisible()
    assert panel.findChild(LabelledSlider, "latent-slider-0") is None


def test_the_ends_of_a_slider_can_show_pictures(panel: LatentPanel, frame: FrameMaker, qtbot: QtBot) -> None:
    row = panel.rows["pca-0"]
    assert not row.low_end.has_picture
    place = row.slider.slider.geometry()
    panel.show_ends("pca-0", frame(), frame(32, 32))
    assert row.low_end.grab().toImage().pixelColor(12, 12).red() == 200
    assert row.slider.slider.geometry() == place, "nothing jumps"
    told = listen(panel)
    qtbot.mouseClick(row.high_end, LEFT)
    qtbot.mouseClick(row.low_end, LEFT)
    assert told == [
        ("direction_moved", "pca-0", 3.0),
        ("released",),
        ("direction_moved", "pca-0", -3.0),
        ("released",),
    ]
    panel.show_ends("pca-0", None, None)
    assert not row.high_end.has_picture
    panel.show_ends("unknown", None, None)


def test_noise_has_its_strength_and_its_number(panel: LatentPanel, qtbot: QtBot) -> None:
    panel.show_document(PictureDocument(latent=Latent(seed=85, noise=0.5, noise_seed=7)))
    assert part(panel, LabelledSlider, "noise-strength").value == 0.5
    assert part(panel, QLineEdit, "noise-seed-box").text() == "7"
    panel.noise.set_open(True)
    told = listen(panel)
    qtbot.keyClick(part(panel, QSlider, "noise-strength-slider"), Qt.Key.Key_End)
    assert told == [("noise_moved", 2.0)]
    with qtbot.waitSignal(panel.noise.seed_dice_requested):
        qtbot.mouseClick(part(panel, QToolButton, "noise-seed-dice"), LEFT)
    with qtbot.waitSignal(panel.noise.seed_chosen) as chosen:
        qtbot.keyClick(part(panel, QLineEdit, "noise-seed-box"), Qt.Key.Key_Up)
    assert chosen.args == [8]
