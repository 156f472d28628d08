"""Which widgets Enter belongs to, since it ends what is written in them. GUI thread."""

from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QWidget


def is_field(widget: QWidget | None) -> bool:
    """Whether a value is typed or chosen there: Qt passes its Enter on to the panel around it."""
    return isinstance(widget, QAbstractSpinBox | QComboBox | QLineEdit)
