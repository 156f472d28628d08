"""The export dialog under a hand: px, cm and dpi follow each other; what a format cannot do cannot be asked for."""

import pytest
from pytestqt.qtbot import QtBot

from studio.core.exporting import ExportWish, FileKind
from studio.ui.desk.export.export_dialog import ExportDialog


@pytest.fixture
def dialog(qtbot: QtBot) -> ExportDialog:
    dialog = ExportDialog()
    qtbot.addWidget(dialog)
    dialog.show_picture(1200, 900, has_layers=False, can_detail=True)
    dialog.show()
    return dialog


def choose(dialog: ExportDialog, kind: FileKind) -> None:
    dialog.kind_box.setCurrentIndex(dialog.kind_box.findData(kind))


def test_it_begins_with_the_pictures_own_size(dialog: ExportDialog) -> None:
    assert dialog.wish == ExportWish("png", 0, 300)
    assert (dialog.sizes.width_px.value(), dialog.sizes.height_px.value()) == (1200, 900)
    assert (dialog.sizes.width_cm.value(), dialog.sizes.height_cm.value()) == (10.16, 7.62)


def test_px_and_cm_follow_each_other_and_the_shape_stays(dialog: ExportDialog) -> None:
    sizes = dialog.sizes
    sizes.width_px.setValue(2400)
    assert (sizes.height_px.value(), sizes.width_cm.value()) == (1800, 20.32)
    sizes.height_cm.setValue(30.0)
    assert (sizes.picture_size, dialog.wish.longest_px) == ((4724, 3543), 4724)
    sizes.dpi_box.setValue(150)
    assert (sizes.picture_size, dialog.wish.dpi) == ((4724, 3543), 150)
    assert sizes.height_cm.value() == 59.99


def test_twice_and_four_times_are_one_click(dialog: ExportDialog) -> None:
    dialog.sizes.scale_buttons[4].click()
    assert dialog.wish.longest_px == 4800
    assert dialog.sizes.scale_buttons[4].isChecked()
    assert not dialog.sizes.scale_buttons[1].isChecked()


def test_detail_is_for_pictures_that_grow(dialog: ExportDialog) -> None:
    assert not dialog.detail.isEnabled()
    dialog.sizes.scale_buttons[2].click()
    dialog.detail.setChecked(True)
    assert dialog.wish.detail
    choose(dialog, "psd")
    assert not dialog.wish.detail
    dialog.show_picture(1200, 900, has_layers=False, can_detail=False)
    choose(dialog, "png")
    assert not dialog.detail.isEnabled()


def test_quality_is_for_formats_that_have_one(dialog: ExportDialog) -> None:
    assert not dialog.quality.isVisible()
    choose(dialog, "jpeg")
    assert dialog.quality.isVisible()
    dialog.quality.value_box.setValue(70)
    assert dialog.wish.quality == 70


def test_a_size_too_large_for_the_format_is_said(dialog: ExportDialog) -> None:
    dialog.show_picture(1024, 1024, has_layers=False, can_detail=True)
    dialog.sizes.width_px.setValue(16384)
    assert dialog.export_button.isEnabled()
    choose(dialog, "webp")
    assert not dialog.export_button.isEnabled()
    assert "16383" in dialog.about.text()


def test_layers_that_would_be_lost_are_named(dialog: ExportDialog) -> None:
    dialog.show_picture(1024, 1024, has_layers=True, can_detail=True)
    assert "its layers" in dialog.about.text()
    choose(dialog, "tiff")
    assert "Layers become one picture" in dialog.about.text()


def test_the_button_asks_for_what_is_chosen(dialog: ExportDialog, qtbot: QtBot) -> None:
    choose(dialog, "tiff")
    with qtbot.waitSignal(dialog.export_requested) as told:
        dialog.export_button.click()
    assert told.args == [ExportWish("tiff", 0, 300)]
