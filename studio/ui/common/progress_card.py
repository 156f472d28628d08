"""ProgressCard: one long piece of work: how far, how long still, and Cancel. GUI thread."""

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from studio.core.messages import Progress


class ProgressCard(QFrame):
    """Shows the latest Progress; `cancel_requested` gives its serial."""

    cancel_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("progress-card")
        self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._serial = 0
        self.title = QLabel()
        self.left = QLabel()
        self.left.setProperty("role", "soft")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setProperty("role", "thin")
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setObjectName("progress-cancel")
        self.cancel.clicked.connect(self._ask_to_cancel)
        self._lay_out()

    @property
    def serial(self) -> int:
        """Of the piece of work that it shows; 0 at first."""
        return self._serial

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is; a new serial is a new piece of work."""
        if progress.serial != self._serial:
            self._serial = progress.serial
            self.cancel.setEnabled(True)
        self.title.setText(progress.title)
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        self.bar.setAccessibleName(progress.title)
        self.cancel.setAccessibleName(self.tr("Cancel: {}").format(progress.title))
        if self.cancel.isEnabled():
            self.left.setText(self._words(progress))

    def _ask_to_cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.left.setText(self.tr("Cancelling…"))
        self.cancel_requested.emit(self._serial)

    def _words(self, progress: Progress) -> str:
        parts = [self.tr("{} of {}").format(progress.done, progress.total)] if progress.total else []
        if progress.seconds_left is not None:
            parts.append(self.tr("{} left").format(duration_words(progress.seconds_left)))
        return " · ".join(parts)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 8, 12, 8)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.bar, 1, 0)
        grid.addWidget(self.left, 2, 0)
        grid.addWidget(self.cancel, 0, 1, 3, 1)
        grid.setColumnStretch(0, 1)


def duration_words(seconds: float) -> str:
    """A time that is left, in words that do not pretend to be exact."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("ProgressCard", text)

    if seconds < 1.5:
        return tr("a second")
    if seconds < 60:
        return tr("{} seconds").format(round(seconds))
    minutes = round(seconds / 60)
    if minutes < 60:
        return tr("a minute") if minutes == 1 else tr("{} minutes").format(minutes)
    return tr("{} h {} min").format(minutes // 60, minutes % 60)
