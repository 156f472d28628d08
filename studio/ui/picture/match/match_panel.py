"""MatchPanel: an own picture, the model that is searched for it, and how near the search has come. GUI thread.

Invariant: `show_...` tells nobody. Until there is a picture the panel asks for one; files may be dropped on it.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.core.card import Card
from studio.core.picture import Frame
from studio.core.projection import MAX_STEPS, PROJECT_STEPS, Likeness, Projection
from studio.ui.common.dropped_files import picture_files
from studio.ui.common.empty_state import EmptyState
from studio.ui.common.icon_button import IconButton
from studio.ui.picture.match.curve import Curve
from studio.ui.picture.match.pair import Pair


class MatchPanel(QWidget):
    """Wishes: a picture from a file, the beginning and the end of a search; `given_up` leaves things as they were."""

    open_requested = Signal()
    file_dropped = Signal(str)
    match_requested = Signal()
    stop_requested = Signal()
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("match-panel")
        self.setAccessibleName(self.tr("Match"))
        self.setAcceptDrops(True)
        self.invitation = EmptyState(
            self.tr("Your own picture"),
            self.tr(
                "Drop a photo or painting here. The model's nearest picture is found; all sliders work on it."
            ),
            self.tr("Open a picture…"),
        )
        self.pair = Pair()
        self.open_button = IconButton("folder-open-outline", self.tr("Look for another picture"))
        self.model_box = QComboBox(objectName="match-model")
        self.steps_box = QSpinBox(objectName="match-steps")
        self.match_button = QPushButton(self.tr("Match"), objectName="match-begin")
        self.stop_button = QPushButton(self.tr("Stop"), objectName="match-stop")
        self.figures = QLabel(objectName="match-figures")
        self.curve = Curve(self.tr("PSNR over the steps, dB"))
        self._points: list[tuple[int, float]] = []
        self._describe()
        self._lay_out()
        self._connect()
        self.show_running(False)
        self.show_figures(None)

    # --- what it shows ----------------------------------------------------------------------------------

    def show_models(self, cards: Sequence[Card], chosen: str) -> None:
        """The models that can be searched, and which one will be."""
        self.model_box.clear()
        for card in cards:
            self.model_box.addItem(card.name, card.id)
        self.choose_model(chosen)

    def choose_model(self, model_id: str) -> None:
        """Search this one next, if it can be."""
        index = self.model_box.findData(model_id)
        if index >= 0:
            self.model_box.setCurrentIndex(index)

    @property
    def model_id(self) -> str:
        return self.model_box.currentData() or ""

    @property
    def steps(self) -> int:
        return self.steps_box.value()

    def show_target(self, frame: Frame, name: str) -> None:
        """The picture that is to be found."""
        self.invitation.hide()
        self._work.show()
        self.pair.show_target(frame, name)
        self.show_figures(None)
        self.curve.show_points((), 1)

    def show_running(self, running: bool) -> None:
        """Whether a search goes on: one thing can be pressed."""
        self.match_button.setEnabled(not running)
        self.stop_button.setEnabled(running)
        for part in (self.model_box, self.steps_box, self.open_button):
            part.setEnabled(not running)
        if running:
            self._points = []
            self.curve.show_points((), 1)

    def show_progress(self, found: Projection, total: int) -> None:
        """The best so far, its figures, and one more point of the curve."""
        self.pair.show_found(found.frame)
        self.show_figures(found)
        self._points.append((found.step, found.likeness.psnr_db))
        self.curve.show_points(self._points, total)
        self.pair.show_step(found.step)

    def show_figures(self, found: Projection | None) -> None:
        """Now, and where the search began."""
        self.figures.setVisible(found is not None)
        self.curve.setVisible(found is not None)
        if found is None:
            return
        now, begun = found.likeness, found.begun
        words = [self.tr("PSNR {:.1f} dB, from {:.1f}").format(now.psnr_db, begun.psnr_db)]
        words.extend(self._perceptual(now, begun))
        self.figures.setText("\n".join(words))

    def add_section(self, section: QWidget) -> None:
        """Something more that is done to the model's own pictures, below."""
        self._column.insertWidget(self._column.count() - 1, section)

    # --- Qt ---------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if picture_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = picture_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.file_dropped.emit(files[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.stop_button.isEnabled():
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    # --- inside -----------------------------------------------------------------------------------------

    def _perceptual(self, now: Likeness, begun: Likeness) -> list[str]:
        if now.perceptual is None or begun.perceptual is None:
            return []
        return [self.tr("Perceptual {:.3f}, from {:.3f}").format(now.perceptual, begun.perceptual)]

    def _describe(self) -> None:
        self.invitation.action_button.setObjectName("match-open")
        self.invitation.action_button.setToolTip(self.tr("Open a picture to look for"))
        self.open_button.setObjectName("match-open-other")
        self.model_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.model_box.setMinimumContentsLength(8)  # a long name must not make the column wider
        self.model_box.setAccessibleName(self.tr("Model to search"))
        self.model_box.setToolTip(self.tr("The model whose pictures are searched"))
        self.steps_box.setProperty("role", "plain")
        self.steps_box.setFixedWidth(80)
        self.steps_box.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.steps_box.setRange(1, MAX_STEPS)
        self.steps_box.setSingleStep(50)
        self.steps_box.setValue(PROJECT_STEPS)
        self.steps_box.setSuffix(self.tr(" steps"))
        self.steps_box.setAccessibleName(self.tr("Steps"))
        self.steps_box.setToolTip(self.tr("At most so many; the search ends sooner once little is gained"))
        self.match_button.setProperty("role", "primary")
        self.match_button.setToolTip(self.tr("Search the model for the picture that is most like yours"))
        self.stop_button.setToolTip(self.tr("Keep the best so far; Esc leaves things as they were"))
        self.figures.setProperty("role", "soft")
        self.figures.setToolTip(
            self.tr(
                "PSNR at the model's resolution: higher is nearer.\nPerceptual: distance on early features of "
                "the restyling model's style reader; lower is nearer."
            )
        )

    def _lay_out(self) -> None:
        choice, buttons = QHBoxLayout(), QHBoxLayout()
        for row, parts in (
            (choice, (self.model_box, self.steps_box, self.open_button)),
            (buttons, (self.match_button, self.stop_button)),
        ):
            row.setSpacing(4)
            for part in parts:
                row.addWidget(part)
            row.setStretch(0, 1)
        self._work = QWidget()
        work = QVBoxLayout(self._work)
        work.setContentsMargins(0, 0, 0, 0)
        work.setSpacing(8)
        work.addWidget(self.pair)
        work.addLayout(choice)
        work.addLayout(buttons)
        work.addWidget(self.figures)
        work.addWidget(self.curve)
        self._work.hide()
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(12, 8, 12, 12)
        self._column.setSpacing(12)
        self._column.addWidget(self.invitation)
        self._column.addWidget(self._work)
        self._column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _connect(self) -> None:
        for wish in (self.invitation.action_requested, self.open_button.clicked):
            wish.connect(lambda: self.open_requested.emit())
        self.match_button.clicked.connect(lambda: self.match_requested.emit())
        self.stop_button.clicked.connect(lambda: self.stop_requested.emit())
