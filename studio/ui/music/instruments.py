"""Names of General MIDI: 128 programs in sixteen families, drum kits and their drums."""

from studio.core.score import Track

_NAMES = """
Acoustic grand piano, Bright acoustic piano, Electric grand piano, Honky-tonk piano, Electric piano 1,
Electric piano 2, Harpsichord, Clavinet, Celesta, Glockenspiel, Music box, Vibraphone, Marimba, Xylophone,
Tubular bells, Dulcimer, Drawbar organ, Percussive organ, Rock organ, Church organ, Reed organ, Accordion,
Harmonica, Bandoneon, Nylon guitar, Steel guitar, Jazz guitar, Clean guitar, Muted guitar, Overdriven guitar,
Distortion guitar, Guitar harmonics, Acoustic bass, Fingered bass, Picked bass, Fretless bass, Slap bass 1,
Slap bass 2, Synth bass 1, Synth bass 2, Violin, Viola, Cello, Contrabass, Tremolo strings, Pizzicato strings,
Harp, Timpani, String ensemble 1, String ensemble 2, Synth strings 1, Synth strings 2, Choir aahs, Voice oohs,
Synth voice, Orchestra hit, Trumpet, Trombone, Tuba, Muted trumpet, French horn, Brass section, Synth brass 1,
Synth brass 2, Soprano sax, Alto sax, Tenor sax, Baritone sax, Oboe, English horn, Bassoon, Clarinet, Piccolo,
Flute, Recorder, Pan flute, Blown bottle, Shakuhachi, Whistle, Ocarina, Square lead, Sawtooth lead,
Calliope lead, Chiff lead, Charang lead, Voice lead, Fifths lead, Bass and lead, New age pad, Warm pad,
Polysynth pad, Choir pad, Bowed pad, Metallic pad, Halo pad, Sweep pad, Rain, Soundtrack, Crystal, Atmosphere,
Brightness, Goblins, Echoes, Sci-fi, Sitar, Banjo, Shamisen, Koto, Kalimba, Bagpipe, Fiddle, Shanai,
Tinkle bell, Agogo, Steel drums, Woodblock, Taiko drum, Melodic tom, Synth drum, Reverse cymbal,
Guitar fret noise, Breath noise, Seashore, Bird tweet, Telephone ring, Helicopter, Applause, Gunshot
"""
INSTRUMENTS = tuple(name.strip() for name in _NAMES.split(","))
_FAMILIES = """
Pianos, Bells and mallets, Organs, Guitars, Basses, Strings, Ensembles, Brass, Reeds, Pipes, Synth leads, Synth pads,
Synth effects, From the world, Percussive, Noises
"""
FAMILIES = tuple(name.strip() for name in _FAMILIES.split(","))  # eight instruments each
KITS = {
    0: "Standard kit",
    8: "Room kit",
    16: "Power kit",
    24: "Electronic kit",
    25: "TR-808 kit",
    32: "Jazz kit",
    40: "Brush kit",
    48: "Orchestra kit",
    56: "Sound effects kit",
}
LOWEST_DRUM = 35
_DRUMS = """
Acoustic bass drum, Bass drum, Side stick, Snare, Hand clap, Electric snare, Low floor tom, Closed hi-hat,
High floor tom, Pedal hi-hat, Low tom, Open hi-hat, Low-mid tom, High-mid tom, Crash cymbal 1, High tom,
Ride cymbal 1, Chinese cymbal, Ride bell, Tambourine, Splash cymbal, Cowbell, Crash cymbal 2, Vibraslap,
Ride cymbal 2, High bongo, Low bongo, Mute high conga, Open high conga, Low conga, High timbale, Low timbale,
High agogo, Low agogo, Cabasa, Maracas, Short whistle, Long whistle, Short guiro, Long guiro, Claves,
High wood block, Low wood block, Mute cuica, Open cuica, Mute triangle, Open triangle
"""
DRUMS = tuple(name.strip() for name in _DRUMS.split(","))


def drum_name(pitch: int) -> str:
    """What a key of a General MIDI drum kit strikes; empty where it is not defined."""
    return DRUMS[pitch - LOWEST_DRUM] if 0 <= pitch - LOWEST_DRUM < len(DRUMS) else ""


def instrument_name(track: Track) -> str:
    """The instrument or the drum kit of a track."""
    return KITS.get(track.program, f"Kit {track.program + 1}") if track.drums else INSTRUMENTS[track.program]
