"""SizeRows: how large a picture is to be, in px and on paper; each number follows from the others. GUI thread.

Invariant: the shape is the picture's own; only the person's hand emits `changed`.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QWidget,
)

from studio.core.exporting import MAX_EXPORT_PX, PRINT_DPI, cm_of, px_of, sized

SCALES = (1, 2, 4)


class SizeRows(QWidget):
    """`longest_px` is of the longer side; `dpi` of the paper."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own = (1024, 1024)
        self._longest = 1024
        self.width_px, self.height_px = self._px_box("export-width"), self._px_box("export-height")
        self.width_cm, self.height_cm = self._cm_box("export-width-cm"), self._cm_box("export-height-cm")
        self.dpi_box = QSpinBox(objectName="export-dpi", minimum=1, maximum=2400, value=PRINT_DPI)
        self.scale_buttons = {scale: QPushButton(f"{scale}×") for scale in SCALES}
        self._describe()
        self._lay_out()
        self._connect()
        self._show()

    @property
    def longest_px(self) -> int:
        return self._longest

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height in px."""
        return sized(*self._own, self._longest)

    @property
    def dpi(self) -> int:
        return self.dpi_box.value()

    def show_picture(self, width: int, height: int) -> None:
        """Another picture: begin with its own size."""
        if (width, height) != self._own:
            self._own = (width, height)
            self._longest = max(width, height)
            self._show()

    def set_longest(self, px: float) -> None:
        """Another size, as by hand."""
        self._longest = min(max(round(px), 1), MAX_EXPORT_PX)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        width, height = self.picture_size
        for box, value in (
            (self.width_px, width),
            (self.height_px, height),
            (self.width_cm, cm_of(width, self.dpi)),
            (self.height_cm, cm_of(height, self.dpi)),
        ):
            if not box.hasFocus() or box.value() != value:
                box.blockSignals(True)
                box.setValue(value)  # type: ignore[arg-type]
                box.blockSignals(False)
        for scale, button in self.scale_buttons.items():
            button.setChecked(self._longest == scale * max(self._own))
            button.setEnabled(scale * max(self._own) <= MAX_EXPORT_PX)

    def _follow(self, px: float, side: int) -> None:
        """One side in px was typed; the other follows."""
        self.set_longest(px * max(self._own) / self._own[side])

    def _connect(self) -> None:
        self.width_px.valueChanged.connect(lambda px: self._follow(px, 0))
        self.height_px.valueChanged.connect(lambda px: self._follow(px, 1))
        self.width_cm.valueChanged.connect(lambda cm: self._follow(px_of(cm, self.dpi), 0))
        self.height_cm.valueChanged.connect(lambda cm: self._follow(px_of(cm, self.dpi), 1))
        self.dpi_box.valueChanged.connect(lambda _: self.set_longest(self._longest))
        for scale, button in self.scale_buttons.items():
            button.clicked.connect(lambda _on=False, s=scale: self.set_longest(s * max(self._own)))

    def _describe(self) -> None:
        for box, words in (
            (self.width_px, self.tr("Width in px")),
            (self.height_px, self.tr("Height in px")),
            (self.width_cm, self.tr("Width on paper in cm")),
            (self.height_cm, self.tr("Height on paper in cm")),
            (self.dpi_box, self.tr("Dots per inch on paper; more dots, smaller print")),
        ):
            box.setAccessibleName(words)
            box.setToolTip(words)
            box.setKeyboardTracking(False)
            box.setProperty("role", "plain")
            box.setAlignment(Qt.AlignmentFlag.AlignRight)
            box.setFixedWidth(96)
        for scale, button in self.scale_buttons.items():
            button.setObjectName(f"export-scale-{scale}")
            button.setCheckable(True)
            button.setAutoDefault(False)
            words = self.tr("{} times its own size").format(scale)
            button.setAccessibleName(words)
            button.setToolTip(words)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        rows: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
            (self.tr("Size"), (self.width_px, QLabel("×"), self.height_px, QLabel("px"))),
            (self.tr("On paper"), (self.width_cm, QLabel("×"), self.height_cm, QLabel("cm"))),
            (self.tr("Resolution"), (self.dpi_box, QLabel("dpi"))),
        )
        for row, (title, parts) in enumerate(rows):
            grid.addWidget(QLabel(title), row, 0)
            for column, part in enumerate(parts, 1):
                grid.addWidget(part, row, column)
        for place, button in enumerate(self.scale_buttons.values()):
            button.setFixedWidth(44)
            grid.addWidget(button, 0, 6 + place)
        grid.setColumnMinimumWidth(0, 84)
        grid.setColumnStretch(5, 1)

    def _px_box(self, name: str) -> QSpinBox:
        return QSpinBox(objectName=name, minimum=1, maximum=MAX_EXPORT_PX)

    def _cm_box(self, name: str) -> QDoubleSpinBox:
        return QDoubleSpinBox(objectName=name, minimum=0.01, maximum=5000.0, decimals=2)
