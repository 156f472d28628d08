"""FirstStart: the first ten seconds: a picture that lives until a hand takes over, and three things to try."""

from PySide6.QtCore import QObject, Signal

from studio.core.latent import Latent
from studio.core.messages import FrameReady, Quality, RenderRequest
from studio.core.settings import Settings
from studio.ui.desk.welcome.welcome import WelcomeCard
from studio.ui.picture.desk import PictureDesk
from studio.ui.picture.drift import Drift

DRIFT_SEEDS = (11, 42, 7)
FIRST_STYLE = "claude-monet-impression-sunrise"


class FirstStart(QObject):
    """Owns the drift; shows the welcome until it was closed once. GUI thread."""

    music_wished = Signal()
    style_wished = Signal(str)

    def __init__(self, pictures: PictureDesk, welcome: WelcomeCard, settings: Settings) -> None:
        super().__init__(welcome)
        self._pictures = pictures
        self.is_over = settings.welcome_seen
        self.drift = Drift(self._show, self)
        self._may_drift = not settings.welcome_seen and not settings.reduced_motion
        welcome.setVisible(not settings.welcome_seen)
        welcome.wished.connect(self._grant)
        welcome.closed.connect(self._end)
        pictures.frame_shown.connect(self._consider)
        self.drift.stopped.connect(self._hold)
        pictures.session.picture_changed.connect(lambda _: self.drift.cancel())  # a file was opened meanwhile

    def stop(self) -> None:
        self.drift.stop()

    def keep_still(self) -> None:
        """There is work on the canvas: it does not wander away from under the hand."""
        self._may_drift = False
        self.drift.cancel()

    def _consider(self, reply: FrameReady) -> None:
        """The first whole picture of a model begins to wander."""
        session = self._pictures.session
        if self._may_drift and reply.request.quality is Quality.FINAL and session.z_dim:
            self._may_drift = False
            self.drift.start(session.picture.latent, DRIFT_SEEDS, session.z_dim)

    def _show(self, latent: Latent) -> None:
        model_id = self._pictures.session.picture.model_id
        self._pictures.controller.submit(RenderRequest(model_id, latent, quality=Quality.DRAFT))

    def _hold(self, latent: Latent) -> None:
        """A hand took over: the document goes to where the picture is."""
        self._pictures.session.change_latent(latent, self.tr("Hold the picture"))

    def _grant(self, wish: str) -> None:
        """One of the three things to try."""
        if wish == "slider":
            self._pictures.latent_panel.focus_first_slider()
        elif wish == "style":
            self.style_wished.emit(FIRST_STYLE)
        else:
            self.music_wished.emit()

    def _end(self) -> None:
        self.is_over = True
