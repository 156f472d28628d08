"""Opening: from what the user chose to an output. It can take a second: never on the GUI's thread."""

from __future__ import annotations

from studio.audio.both_outputs import BothOutputs
from studio.audio.fluid_output import FluidOutput, NoDevice
from studio.audio.midi_output import MidiOutput
from studio.audio.output import Output, SilentOutput
from studio.core.errors import StudioError
from studio.core.settings import SoundChoice


def open_output(choice: SoundChoice | None = None) -> Output:
    """What was chosen; where it is not there, or no FluidSynth or SoundFont, silence with its reason."""
    choice = choice or SoundChoice()
    if choice.midi_port and choice.route == "midi":
        return MidiOutput(choice.midi_port)
    built_in = _built_in(choice)
    if choice.midi_port and choice.route == "both":
        return BothOutputs(built_in, MidiOutput(choice.midi_port))
    return built_in


def _built_in(choice: SoundChoice) -> Output:
    try:
        return FluidOutput(choice)
    except NoDevice as problem:
        return SilentOutput(problem, comes_back=True)
    except StudioError as problem:
        return SilentOutput(problem)
