"""Where music can sound: what a person chooses among. Pure values.

Invariant: a place is named as the settings keep it; "" is whatever is best.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SoundPlace:
    """A device of a sound system; name "" is that system's default, driver "" the best of all."""

    driver: str
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class SoundPlaces:
    """What there is on this machine now. buffers_ms: of the small, normal and safe buffer of the system in use."""

    devices: tuple[SoundPlace, ...] = ()
    midi_ports: tuple[str, ...] = ()
    buffers_ms: tuple[float, float, float] = (5.3, 10.7, 42.7)


@dataclass(frozen=True, slots=True)
class SoundState:
    """How it sounds just now. buffer_ms: what the driver holds back; key_ms: from a key to the synthesiser, 0 while
    none was struck; gaps and late: how often sound was missing, and notes came too late, since it was opened."""

    place: str = ""
    buffer_ms: float = 0.0
    key_ms: float = 0.0
    gaps: int = 0
    late: int = 0

    @property
    def total_ms(self) -> float:
        return self.buffer_ms + self.key_ms
