"""Pinned, renamed, locked and found: what can be done with the rows themselves."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QSpinBox, QToolButton
from pytestqt.qtbot import QtBot

from studio.core.card import Card, ModelInfo
from studio.core.latent import Latent, LayerReach
from studio.core.project import PictureDocument, SliderNote
from studio.ui.picture.latent.latent_panel import LatentPanel
from studio.ui.picture.latent.row_menu import row_menu

ALT = Qt.KeyboardModifier.AltModifier
WISHES = ("renamed", "pin_wished", "lock_wished", "reach_chosen", "reach_released")


@pytest.fixture
def panel(qtbot: QtBot, painting_model: ModelInfo) -> LatentPanel:
    made = LatentPanel()
    qtbot.addWidget(made)
    made.resize(300, 800)
    config = {"channels": [8] * 5}  # ten layers
    made.show_model(ModelInfo(_with_config(painting_model, config), painting_model.directions))
    made.show_document(PictureDocument("gan", Latent(seed=85)))
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def _with_config(info: ModelInfo, config: dict[str, object]) -> Card:
    return replace(info.card, config=config)


def listen(panel: LatentPanel) -> list[tuple[object, ...]]:
    told: list[tuple[object, ...]] = []
    for name in WISHES:
        getattr(panel.wishes, name).connect(lambda *args, name=name: told.append((name, *args)))
    return told


def keys(group: object) -> list[str]:
    return [row.key for row in group.rows()]


def noted(*notes: SliderNote) -> PictureDocument:
    return PictureDocument("gan", Latent(seed=85), notes=notes)


def test_pinned_rows_stand_on_top_and_go_back_to_their_place(panel: LatentPanel) -> None:
    first = panel.directions.groups[0]
    before = keys(first)
    assert not panel.pinned.isVisible()
    pins = (SliderNote("gan", "pca-3", pinned=True), SliderNote("gan", "style:portrait", pinned=True))
    panel.show_document(noted(*pins, SliderNote("other", "pca-1", pinned=True)))
    assert panel.pinned.isVisible()
    assert set(keys(panel.pinned)) == {"pca-3", "style:portrait"}
    assert keys(first) == [key for key in before if key != "pca-3"]
    assert keys(panel.styles.groups[0]) == ["style:still_life"]
    panel.show_document(noted())
    assert keys(first) == before
    assert keys(panel.styles.groups[0]) == ["style:portrait", "style:still_life"]
    assert not panel.pinned.isVisible()


def test_a_model_that_is_shown_anew_keeps_the_notes(panel: LatentPanel, painting_model: ModelInfo) -> None:
    panel.show_document(
        noted(SliderNote("gan", "pca-3", "Mood", pinned=True), SliderNote("gan", "noise", pinned=True))
    )
    panel.show_model(painting_model)
    assert set(keys(panel.pinned)) == {"pca-3", "noise"}
    assert panel.words_of("pca-3") == "Mood"
    panel.show_model(None)
    assert keys(panel.pinned) == []


def test_a_row_keeps_the_focus_when_it_is_pinned(panel: LatentPanel) -> None:
    slider = panel.rows["pca-2"].slider.slider
    slider.setFocus()
    panel.show_document(noted(SliderNote("gan", "pca-2", pinned=True)))
    assert slider.hasFocus()


def test_keys_of_a_row(panel: LatentPanel, qtbot: QtBot) -> None:
    told = listen(panel)
    slider = panel.rows["pca-1"].slider.slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_P, ALT)
    qtbot.keyClick(slider, Qt.Key.Key_L, ALT)
    qtbot.keyClick(slider, Qt.Key.Key_F2)
    box = panel.findChild(QLineEdit, "slider-name")
    assert box.text() == "Direction 1"
    qtbot.keyClicks(box, "Evening")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert told == [
        ("pin_wished", "pca-1", True),
        ("lock_wished", "pca-1", True),
        ("renamed", "pca-1", "Evening"),
    ]
    assert slider.hasFocus()


def test_a_name_can_be_left_as_it_was_or_given_back(panel: LatentPanel, qtbot: QtBot) -> None:
    panel.show_document(noted(SliderNote("gan", "pca-1", "Evening")))
    told = listen(panel)
    row = panel.rows["pca-1"]
    for typed, key in (("Dawn", Qt.Key.Key_Escape), ("Evening", Qt.Key.Key_Return), ("", Qt.Key.Key_Return)):
        row.rename()
        box = panel.findChild(QLineEdit, "slider-name")
        box.setText(typed)
        qtbot.keyClick(box, key)
        qtbot.waitUntil(lambda: panel.findChild(QLineEdit, "slider-name") is None)
    assert told == [("renamed", "pca-1", "")]
    row.rename()
    box = panel.findChild(QLineEdit, "slider-name")
    box.setText("Direction 1")  # the model's own name is no name of its own
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert told[-1] == ("renamed", "pca-1", "")


def test_signs_say_what_was_noted_and_undo_it(panel: LatentPanel, qtbot: QtBot) -> None:
    panel.show_document(noted(SliderNote("gan", "pca-0", pinned=True, locked=True)))
    told = listen(panel)
    for sign in ("pin", "lock"):
        button = panel.findChild(QToolButton, f"latent-slider-0-{sign}")
        qtbot.waitUntil(button.isVisible)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told == [("pin_wished", "pca-0", False), ("lock_wished", "pca-0", False)]
    panel.show_document(noted())
    assert not panel.findChild(QToolButton, "latent-slider-0-lock").isVisible()


def test_the_menu_chooses_the_layers(panel: LatentPanel, qtbot: QtBot) -> None:
    told = listen(panel)
    row = panel.rows["pca-0"]
    menu = row_menu(row)
    names = [action.objectName() for sub in menu.findChildren(QMenu) for action in sub.actions()]
    assert names == [
        "slider-reach-all", "slider-reach-0-3", "slider-reach-4-7", "slider-reach-8-9", "", "slider-reach-exact"
    ]  # fmt: skip
    next(
        a for sub in menu.findChildren(QMenu) for a in sub.actions() if a.objectName().endswith("4-7")
    ).trigger()
    assert told == [("reach_chosen", "pca-0", (4, 7)), ("reach_released",)]
    menu.deleteLater()
    latent = Latent(seed=85, reach=(LayerReach("pca-0", 4, 7), LayerReach("pca-1", 3, 5)))
    panel.show_document(PictureDocument("gan", latent))
    assert panel.findChild(QToolButton, "latent-slider-0-reach").text() == "M"
    assert panel.findChild(QToolButton, "latent-slider-1-reach").text() == "3–5"
    panel.show_document(PictureDocument("gan", Latent(seed=85)))
    assert not panel.findChild(QToolButton, "latent-slider-0-reach").isVisible()


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_exact_layers_follow_each_other(panel: LatentPanel, qtbot: QtBot) -> None:
    told = listen(panel)
    panel.rows["pca-0"].open_reach()
    first, last = panel.findChild(QSpinBox, "reach-first"), panel.findChild(QSpinBox, "reach-last")
    assert (first.value(), last.value()) == (0, 9)
    last.setValue(5)
    first.setValue(7)
    first.window().close()
    assert told == [
        ("reach_chosen", "pca-0", (0, 5)),
        ("reach_chosen", "pca-0", (7, 7)),
        ("reach_released",),
    ]


def test_only_directions_of_a_generator_reach_layers(panel: LatentPanel, painting_model: ModelInfo) -> None:
    assert not row_menu(panel.rows["style:portrait"]).findChildren(QMenu)
    card = _with_config(painting_model, {})
    panel.show_model(ModelInfo(card, painting_model.directions))
    assert not row_menu(panel.rows["pca-0"]).findChildren(QMenu)


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_the_context_menu_opens_by_key_too(panel: LatentPanel, qtbot: QtBot) -> None:
    slider = panel.rows["pca-0"].slider.slider
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(50, 50))
    QApplication.sendEvent(slider, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.objectName() == "slider-menu"
    menu.close()


def test_a_search_shows_what_it_finds_and_esc_all_again(panel: LatentPanel, qtbot: QtBot) -> None:
    panel.show_document(
        noted(SliderNote("gan", "pca-2", "Evening"), SliderNote("gan", "pca-4", "Dusk", pinned=True))
    )
    panel.focus_search()
    field = panel.finder.field

    def visible() -> set[str]:
        return {key for key, row in panel.rows.items() if row.isVisible()}

    before = visible()
    assert "pca-9" not in before, "folded"
    field.setText("direction 9")
    qtbot.waitUntil(lambda: visible() == {"psi", "pca-9"})
    for words, found in (("even", "pca-2"), ("PCA-9", "pca-9"), ("still", "style:still_life"), ("noise", "noise"),
                         ("dusk", "pca-4")):  # fmt: skip
        field.setText(words)
        qtbot.waitUntil(lambda found=found: visible() == {"psi", found})
    field.setText("nothing like it")
    qtbot.waitUntil(lambda: visible() == {"psi"})
    assert panel._not_found.isVisible()
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: visible() == before)
    assert not field.text()
    assert panel.rows["pca-4"].slider.slider.hasFocus(), "Esc leads on to the sliders"


def test_a_group_offers_a_reset_once_something_is_moved(panel: LatentPanel) -> None:
    first, styles = panel.directions.groups[0], panel.styles.groups[0]
    assert not first.reset_button.isVisible()
    panel.show_document(PictureDocument("gan", Latent(seed=85, offsets=(("pca-9", 1.0),))))
    assert first.reset_button.isVisible()
    assert not styles.reset_button.isVisible()
