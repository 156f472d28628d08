"""KeepBox: what of the marked bars stays: the notes, or their rhythm; and the locked notes, always. GUI thread."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.ui.common.section import Section


class KeepBox(QWidget):
    """Notes and rhythm exclude each other: notes that stay have theirs."""

    lock_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.section = Section(self.tr("Keep"), "compose-keep")
        self.notes_box = QCheckBox(self.tr("Notes: Vary writes around them"), objectName="compose-keep-notes")
        self.notes_box.setToolTip(self.tr("What stands in the marked bars stays; new notes go between"))
        self.rhythm_box = QCheckBox(
            self.tr("Rhythm: Vary writes new pitches"), objectName="compose-keep-rhythm"
        )
        self.rhythm_box.setToolTip(self.tr("Other pitches on the rhythm that stands there"))
        self.locked_label = QLabel(objectName="compose-locked")
        self.locked_label.setProperty("role", "soft")
        self.lock_button = QPushButton(self.tr("Lock"), objectName="compose-lock")
        self.lock_button.setToolTip(
            self.tr("Lock the selected notes, or unlock them (Ctrl+Alt+L): no model changes a locked note")
        )
        self._lay_out()
        self.notes_box.toggled.connect(lambda on: on and self.rhythm_box.setChecked(False))
        self.rhythm_box.toggled.connect(lambda on: on and self.notes_box.setChecked(False))
        self.lock_button.clicked.connect(self.lock_requested)
        self.show_locked(0, 0, False)

    def show_locked(self, locked: int, chosen: int, all_locked: bool) -> None:
        """How many notes of the track are locked, how many are selected, and whether all of these are locked."""
        if locked == 0:
            words = self.tr("No note is locked")
        elif locked == 1:
            words = self.tr("1 locked note stays")
        else:
            words = self.tr("{0} locked notes stay").format(locked)
        self.locked_label.setText(words)
        self.lock_button.setText(self.tr("Unlock") if all_locked else self.tr("Lock"))
        self.lock_button.setEnabled(chosen > 0)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.locked_label, 1)
        row.addWidget(self.lock_button)
        for box in (self.notes_box, self.rhythm_box):
            self.section.body.addWidget(box)
        self.section.body.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.section)
