"""Fields: the sliders, boxes and ticks of a form, made and read in one way: as numbers. GUI thread."""

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QWidget

from studio.core.parameter import Parameter
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.music.pianoroll.popover import named


def slider(
    name: str, label: str, reach: tuple[float, float, float], unit: str = "", hint: str = ""
) -> LabelledSlider:
    """reach: lowest, highest, usual."""
    decimals = 1 if reach[2] != round(reach[2]) else 0
    return LabelledSlider(Parameter(name, label, *reach, unit=unit, hint=hint, decimals=decimals), name)


def percent(name: str, words: str, usual: int) -> QSpinBox:
    box = QSpinBox(objectName=name, suffix="%", singleStep=5)
    box.setRange(0, 100)
    box.setValue(usual)
    named(box, words)
    return box


def value_of(field: QWidget) -> float:
    """A tick is 0 or 1, a choice the number of its row."""
    if isinstance(field, LabelledSlider):
        return field.value
    if isinstance(field, QSpinBox):
        return float(field.value())
    return float(field.isChecked() if isinstance(field, QCheckBox) else _box(field).currentIndex())


def show_value(field: QWidget, value: float) -> None:
    """As `value_of` has it; what is out of range becomes the nearest that is not."""
    if isinstance(field, LabelledSlider):
        field.show_value(field.parameter.clamp(value))
    elif isinstance(field, QSpinBox):
        field.setValue(round(value))
    elif isinstance(field, QCheckBox):
        field.setChecked(bool(value))
    else:
        box = _box(field)
        box.setCurrentIndex(min(max(round(value), 0), box.count() - 1))


def when_changed(field: QWidget, act: Callable[[], None]) -> None:
    """Each movement of the hand, not only the last."""
    if isinstance(field, LabelledSlider):
        field.moved.connect(lambda _: act())
    elif isinstance(field, QSpinBox):
        field.valueChanged.connect(lambda _: act())
    elif isinstance(field, QCheckBox):
        field.toggled.connect(lambda _: act())
    else:
        _box(field).currentIndexChanged.connect(lambda _: act())


def _box(field: QWidget) -> QComboBox:
    assert isinstance(field, QComboBox)
    return field
