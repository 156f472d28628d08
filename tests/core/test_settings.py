"""Settings: defaults are valid, old files are upgraded step by step."""

import msgspec
import pytest

from studio.core import settings as module
from studio.core.settings import VERSION, Settings, upgrade


def test_the_defaults_are_within_their_ranges() -> None:
    assert msgspec.convert(msgspec.to_builtins(Settings()), Settings) == Settings()


def test_an_older_version_goes_through_its_upgrades(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VERSION", 3)
    monkeypatch.setitem(module.MIGRATIONS, 1, lambda raw: {**raw, "theme": "light"})
    monkeypatch.setitem(module.MIGRATIONS, 2, lambda raw: {**raw, "seen": raw["theme"]})
    assert upgrade({"version": 1}) == {"version": 3, "theme": "light", "seen": "light"}


def test_a_newer_version_is_taken_as_it_is() -> None:
    raw = {"version": VERSION + 1, "unknown": 1}
    assert upgrade(raw) == raw


@pytest.mark.parametrize("raw", [{}, {"version": "1"}, {"version": True}, {"version": -5}])
def test_a_version_that_leads_nowhere_is_refused(raw: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="version"):
        upgrade(raw)
