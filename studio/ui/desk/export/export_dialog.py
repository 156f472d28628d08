"""ExportDialog: which file a picture becomes, how large, on how much paper; not modal. GUI thread."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.core.exporting import KINDS, LAYERED, LONGEST, LOSSY, ExportWish, FileKind
from studio.core.parameter import Parameter
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.desk.export.size_rows import SizeRows

WIDTH_PX, LABELS_PX = 505, 84
QUALITY = Parameter(
    "quality", "Quality", 1, 100, 92, hint="More keeps more and makes larger files.", decimals=0
)
NAMES: dict[FileKind, str] = {
    "png": "PNG", "jpeg": "JPEG", "webp": "WebP", "tiff": "TIFF", "psd": "Photoshop (PSD)", "ora": "OpenRaster (ORA)",
}  # fmt: skip


class ExportDialog(QDialog):
    """`export_requested` gives an ExportWish; the name of the file is asked for after it."""

    export_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export-dialog")
        self.setWindowTitle(self.tr("Export the picture"))
        self.setModal(False)
        self._has_layers = False
        self._can_detail = False
        self.kind_box = QComboBox()
        self.about = QLabel(wordWrap=True)
        self.sizes = SizeRows()
        self.quality = LabelledSlider(QUALITY, "export-quality")
        self.detail = QCheckBox(self.tr("Paint in detail where it grows"))
        self.export_button = QPushButton(self.tr("Export…"))
        self.close_button = QPushButton(self.tr("Close"))
        self._describe()
        self._lay_out()
        self._connect()
        self._show()

    @property
    def kind(self) -> FileKind:
        kind: FileKind = self.kind_box.currentData()
        return kind

    @property
    def wish(self) -> ExportWish:
        """What is chosen."""
        width, height = self._own
        longest = self.sizes.longest_px
        detail = self.detail.isChecked() and self.detail.isEnabled()
        own = longest == max(width, height)
        return ExportWish(self.kind, 0 if own else longest, self.sizes.dpi, round(self.quality.value), detail)

    def show_picture(self, width: int, height: int, has_layers: bool, can_detail: bool) -> None:
        """What there is to export now."""
        self._own = (width, height)
        self._has_layers, self._can_detail = has_layers, can_detail
        self.sizes.show_picture(width, height)
        self._show()

    def _show(self) -> None:
        self.about.setText(self._words())
        self.quality.setVisible(self.kind in LOSSY)
        grows = self.sizes.longest_px > max(self._own)
        self.detail.setEnabled(self._can_detail and grows and self.kind not in LAYERED)
        fits = self.sizes.longest_px <= LONGEST.get(self.kind, self.sizes.longest_px)
        self.export_button.setEnabled(fits)
        self.adjustSize()

    def _words(self) -> str:
        """What the format keeps."""
        if self.sizes.longest_px > LONGEST.get(self.kind, self.sizes.longest_px):
            return self.tr("{} holds pictures of up to {} px.").format(NAMES[self.kind], LONGEST[self.kind])
        state = self.tr("its layers") if self._has_layers else self.tr("its recipe")
        back = self.tr("Every pixel, and {}: opened here, this state is back.").format(state)
        lossy = self.tr("Small, for the web and for mail.")
        lost = self.tr("Layers become one picture.")
        light = f" {lost}" if self._has_layers else ""
        words: dict[FileKind, str] = {
            "png": back,
            "jpeg": lossy + light,
            "webp": self.tr("Small, for the web; 100 is lossless.") + light,
            "tiff": self.tr("Every pixel, for print.") + light,
            "psd": self.tr(
                "Layers with names, opacity and blend modes, for Photoshop, GIMP, Krita and Affinity."
            ),
            "ora": self.tr("Layers for Krita, MyPaint and GIMP; opened here, this state is back."),
        }
        return words[self.kind]

    def _connect(self) -> None:
        self.kind_box.currentIndexChanged.connect(lambda _: self._show())
        self.sizes.changed.connect(self._show)
        self.export_button.clicked.connect(lambda: self.export_requested.emit(self.wish))
        self.close_button.clicked.connect(self.close)

    def _describe(self) -> None:
        self._own = self.sizes.picture_size
        self.kind_box.setObjectName("export-kind")
        self.kind_box.setAccessibleName(self.tr("File format"))
        self.kind_box.setToolTip(self.tr("Which kind of file to write"))
        for kind in KINDS:
            self.kind_box.addItem(NAMES[kind], kind)
        self.about.setObjectName("export-about")
        self.about.setProperty("role", "soft")
        self.detail.setObjectName("export-detail")
        self.detail.setToolTip(
            self.tr("The upscaler paints in what plain enlarging would leave soft; it takes a while")
        )
        self.export_button.setObjectName("export-go")
        self.export_button.setProperty("role", "primary")
        self.export_button.setDefault(True)
        self.export_button.setToolTip(self.tr("Choose a name and write the file"))
        self.close_button.setObjectName("export-close")
        self.close_button.setAutoDefault(False)
        self.close_button.setToolTip(self.tr("Close without exporting"))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        kinds = QHBoxLayout()
        label = QLabel(self.tr("Format"))
        label.setFixedWidth(LABELS_PX)
        label.setBuddy(self.kind_box)
        kinds.setSpacing(8)
        kinds.addWidget(label)
        kinds.addWidget(self.kind_box, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.export_button)
        self.about.setMinimumHeight(2 * self.about.fontMetrics().lineSpacing())
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.about.setFixedWidth(WIDTH_PX)
        self.about.setContentsMargins(LABELS_PX + 8, 0, 0, 0)
        column.addLayout(kinds)
        column.addWidget(self.about)
        column.addWidget(self.sizes)
        for part in (self.quality, self.detail):
            column.addWidget(part)
        column.addLayout(buttons)
