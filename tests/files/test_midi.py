"""MIDI files: what goes out comes back; what is broken gives one sentence."""

import contextlib
import stat
from pathlib import Path

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.control import BEND, PAN, PRESSURE, PROGRAM, VOLUME, Control, RawEvent
from studio.core.errors import StudioError
from studio.core.performance import without_collisions
from studio.core.score import KeySignature, Marker, MeterChange, Note, Score, TempoChange, Track
from studio.files import midi
from studio.files.midi import midi_bytes, read_midi, write_midi

NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12)
NOTES = st.lists(
    st.builds(Note, st.integers(0, 20_000), st.integers(1, 4000), st.integers(0, 127), st.integers(1, 127)),
    max_size=12,
).map(without_collisions)
TICKS = st.integers(0, 9).map(lambda n: n * 1920)


def once_a_tick(changes: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(changes, max_size=3, unique_by=lambda change: change.ticks).map(tuple)


# what a program would write: parameters keep their order, no instrument or mix is set twice before the first note
CONTROLS = st.lists(
    st.one_of(
        st.builds(
            Control,
            st.integers(0, 20_000),
            st.sampled_from([1, 6, 11, 38, 64, 74, 100, 101]),
            st.integers(0, 127),
        ),
        st.builds(Control, st.integers(0, 20_000), st.just(BEND), st.integers(-8192, 8191)),
        st.builds(Control, st.integers(0, 20_000), st.just(PRESSURE), st.integers(0, 127)),
        st.builds(
            Control, st.integers(1, 20_000), st.sampled_from([VOLUME, PAN, PROGRAM]), st.integers(0, 127)
        ),
    ),
    max_size=8,
).map(
    lambda controls: tuple(
        sorted(controls, key=lambda control: (control.ticks, control.controller == PROGRAM))
    )
)
RAW = st.lists(
    st.builds(
        RawEvent,
        st.integers(0, 20_000),
        st.sampled_from(
            [
                bytes(mido.MetaMessage("lyrics", text="la").bytes()),
                bytes(mido.MetaMessage("text", text="a remark").bytes()),
                bytes(mido.UnknownMetaMessage(0x0A, data=[1, 2, 3]).bytes()),
                bytes(mido.Message("sysex", data=[0x7D, 1, 2]).bytes()),
            ]
        ),
    ),
    max_size=4,
).map(lambda events: tuple(sorted(events, key=lambda event: event.ticks)))
TRACKS = st.lists(
    st.builds(
        Track,
        NAMES,
        st.integers(0, 127),
        NOTES.map(tuple),
        volume=st.integers(0, 127),
        pan=st.integers(0, 127),
        controls=CONTROLS,
        raw=RAW,
    ),
    min_size=1,
    max_size=4,
).map(
    lambda tracks: tuple(
        Track(
            t.name,
            t.program,
            t.notes,
            channel,
            volume=t.volume,
            pan=t.pan,
            controls=t.controls,
            raw=t.raw if t.notes else (),
        )
        for channel, t in enumerate(tracks)
    )
)
SCORES = st.builds(
    Score,
    TRACKS,
    once_a_tick(st.builds(TempoChange, TICKS, st.integers(20, 400).map(float))),
    once_a_tick(st.builds(MeterChange, TICKS, st.integers(1, 15), st.sampled_from([1, 2, 4, 8, 16]))),
    once_a_tick(st.builds(KeySignature, TICKS, st.integers(-7, 7), st.booleans())),
    st.lists(st.builds(Marker, TICKS, NAMES), max_size=2).map(
        lambda m: tuple(sorted(m, key=lambda x: x.ticks))
    ),
    st.one_of(st.just(""), NAMES),
    RAW,
)


@given(SCORES, st.one_of(st.just(""), NAMES))
def test_a_score_comes_back_as_it_was(tmp_path: Path, score: Score, recipe: str) -> None:
    write_midi(score, tmp_path / "a.mid", recipe)
    reading = read_midi(tmp_path / "a.mid")
    assert reading.score == score
    assert reading.recipe == recipe
    assert reading.warnings == ()


def midi_with(path: Path, *messages: mido.Message | mido.MetaMessage, ppq: int = 480, kind: int = 1) -> Path:
    file = mido.MidiFile(type=kind, ticks_per_beat=ppq)
    file.tracks.append(mido.MidiTrack(messages))
    file.save(path)
    return path


def test_other_resolutions_become_480(tmp_path: Path) -> None:
    on, off = mido.Message("note_on", note=60, time=96), mido.Message("note_off", note=60, time=48)
    (note,) = read_midi(midi_with(tmp_path / "a.mid", on, off, ppq=96)).score.notes()
    assert (note.start_ticks, note.duration_ticks) == (480, 240)


def test_a_missing_note_end_is_closed_and_named(tmp_path: Path) -> None:
    on = mido.Message("note_on", note=60)
    end = mido.MetaMessage("end_of_track", time=960)
    reading = read_midi(midi_with(tmp_path / "a.mid", on, end))
    assert [note.duration_ticks for note in reading.score.notes()] == [960]
    assert "Notes without an end" in reading.warnings[0]


def test_what_nobody_understands_is_kept_as_it_came(tmp_path: Path) -> None:
    on, off = mido.Message("note_on", note=60), mido.Message("note_off", note=60, time=48)
    odd = (
        mido.Message("pitchwheel", pitch=100),
        mido.Message("polytouch", note=60, value=9),
        mido.Message("sysex", data=[1, 2]),
        mido.MetaMessage("lyrics", text="la"),
        mido.UnknownMetaMessage(0x60, data=[5], time=7),
    )
    reading = read_midi(midi_with(tmp_path / "a.mid", on, *odd, off))
    assert reading.warnings == ()
    track = reading.score.tracks[0]
    assert [(note.start_ticks, note.duration_ticks) for note in track.notes] == [(0, 55)]
    assert track.controls == (Control(0, BEND, 100),)
    write_midi(reading.score, tmp_path / "b.mid")
    kept = [message for part in mido.MidiFile(tmp_path / "b.mid").tracks for message in part]
    assert {message.type for message in odd[:4]} <= {message.type for message in kept}
    assert bytes([0xFF, 0x60, 1, 5]) in [bytes(message.bytes()) for message in kept]
    assert read_midi(tmp_path / "b.mid").score == reading.score


def test_notes_of_one_pitch_that_overlap_are_all_kept(tmp_path: Path) -> None:
    notes = (Note(0, 480, 60), Note(0, 240, 60), Note(120, 480, 60), Note(960, 100, 60))
    write_midi(Score((Track(notes=notes),)), tmp_path / "a.mid")
    reading = read_midi(tmp_path / "a.mid")
    assert reading.warnings == ()
    spans = sorted((note.start_ticks, note.end_ticks) for note in reading.score.notes())
    assert spans == [(0, 240), (0, 480), (120, 600), (960, 1060)]
    write_midi(reading.score, tmp_path / "b.mid")
    assert read_midi(tmp_path / "b.mid").score == reading.score


def test_an_instrument_that_changes_and_a_volume_that_moves_come_back(tmp_path: Path) -> None:
    on, off = mido.Message("note_on", note=60), mido.Message("note_off", note=60, time=480)
    change = mido.Message("program_change", program=40)
    fade = mido.Message("control_change", control=7, value=20)
    score = read_midi(midi_with(tmp_path / "a.mid", on, off, change, fade, on, off)).score
    assert (score.tracks[0].program, score.tracks[0].volume) == (0, 100)
    assert score.tracks[0].controls == (Control(480, PROGRAM, 40), Control(480, VOLUME, 20))
    write_midi(score, tmp_path / "b.mid")
    assert read_midi(tmp_path / "b.mid").score == score


def test_type_0_gives_a_track_for_each_channel(tmp_path: Path) -> None:
    messages = [
        mido.Message(kind, channel=c, note=60 + c, time=9) for c in (0, 3) for kind in ("note_on", "note_off")
    ]
    name = mido.MetaMessage("track_name", name="Duo")
    score = read_midi(midi_with(tmp_path / "a.mid", name, *messages, kind=0)).score
    assert [(t.name, t.channel) for t in score.tracks] == [("Duo 1", 0), ("Duo 4", 3)]
    assert score.title == "Duo"


def test_an_impossible_key_does_not_refuse_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    score = Score.empty().with_key(5).with_notes_added(0, [Note(0, 480, 60)])
    path.write_bytes(midi_bytes(score).replace(b"\xff\x59\x02\x05\x00", b"\xff\x59\x02\x0b\x07"))
    reading = read_midi(path)
    assert reading.score.key_at(0) is None
    assert reading.warnings == ("Impossible keys were left out (1).",)


def test_names_in_latin_1_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    score = Score((Track("Fleur", notes=(Note(0, 9, 60),)),))
    path.write_bytes(midi_bytes(score).replace(b"Fleur", b"Fl\xfbte"))
    assert read_midi(path).score.tracks[0].name == "Flûte"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"Dear diary, today I wrote a tune." * 9, "not a MIDI file"),
        (midi_bytes(Score.empty().with_notes_added(0, [Note(0, 480, 60)]))[:-12], "cut off"),
        (b"MThd\0\0\0\6\0\1\0\1\0\0MTrk\0\0\0\4\0\xff\x2f\0", "damaged"),
        (b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\4\0\xff\x2f\0", "no notes"),
    ],
)
def test_a_broken_file_gives_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "tune.mid"
    path.write_bytes(content)
    with pytest.raises(StudioError, match=words) as caught:
        read_midi(path)
    assert "tune.mid" in caught.value.title


@given(st.binary(max_size=60), st.integers(0, 130))
def test_damage_never_raises_anything_else(tmp_path: Path, junk: bytes, at: int) -> None:
    path = tmp_path / "a.mid"
    whole = midi_bytes(Score.empty().with_notes_added(0, [Note(0, 480, 60), Note(480, 480, 62)]))
    path.write_bytes(whole[:at] + junk + whole[at + len(junk) // 2 :])
    with contextlib.suppress(StudioError):
        read_midi(path)


def test_a_missing_or_huge_file_gives_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="cannot be opened"):
        read_midi(tmp_path / "none.mid")
    with (tmp_path / "huge.mid").open("wb") as file:
        file.truncate(20_000_000)
    with pytest.raises(StudioError, match="too large"):
        read_midi(tmp_path / "huge.mid")


def test_a_folder_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="could not be written"):
        write_midi(Score.empty(), tmp_path / "none" / "a.mid")
    assert list(tmp_path.iterdir()) == []


def test_a_written_file_is_whole_and_alone(tmp_path: Path) -> None:
    write_midi(Score.empty(), tmp_path / "a.mid")
    assert [path.name for path in tmp_path.iterdir()] == ["a.mid"]
    assert stat.S_IMODE((tmp_path / "a.mid").stat().st_mode) & 0o400


def test_two_sounds_on_one_channel_are_kept_apart() -> None:
    one, two = Track("A", 10, (Note(0, 9, 60),)), Track("B", 20, (Note(0, 9, 60),))
    with_both = midi_bytes(Score((one, two)))
    assert b"\xc0\x0a" in with_both
    assert b"\xc1\x14" in with_both


def test_a_file_that_would_fill_the_memory_is_refused_before_it_is_parsed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = midi_bytes(Score((Track(notes=(Note(0, 9, 60),)),)))
    monkeypatch.setattr(midi, "MAX_MIDI_BYTES", len(content) - 1)
    with pytest.raises(StudioError, match="too large to be a MIDI file"):
        midi.midi_reading(content, "a.mid")


def test_more_sounds_than_channels_go_to_further_ports(tmp_path: Path) -> None:
    tracks = tuple(Track(f"T{n}", n, (Note(n, 10, 60),), n % 9) for n in range(20))
    target = tmp_path / "many.mid"
    write_midi(Score(tracks), target)
    ports = [
        next((m.port for m in track if m.type == "midi_port"), 0) for track in mido.MidiFile(target).tracks
    ]
    assert ports == [0] * 16 + [1] * 5
    score = read_midi(target).score
    assert [(t.name, t.program, t.channel) for t in score.tracks[15:]] == [
        ("T15", 15, 0), ("T16", 16, 1), ("T17", 17, 2), ("T18", 18, 3), ("T19", 19, 4),
    ]  # fmt: skip
    write_midi(score, target)
    assert midi_bytes(read_midi(target).score) == midi_bytes(score), "saved again, it is the same file"
