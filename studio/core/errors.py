"""Errors as people meet them: a title, what happened, and what to do."""


class StudioError(Exception):
    """A failure that one clear sentence can explain.

    title: the sentence shown first; detail: for the Details button; hint: what the person can do.
    """

    def __init__(self, title: str, detail: str = "", hint: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.detail = detail
        self.hint = hint

    def sentence(self) -> str:
        """Title and hint in one line, for the command line and toasts."""
        return f"{self.title} {self.hint}".strip()


class Cancelled(Exception):
    """Raised inside an engine, between two steps, once the request is no longer wanted."""
