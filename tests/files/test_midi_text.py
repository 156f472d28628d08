"""Words in the letters of many programs and countries."""

import pytest

from studio.files.midi import midi_reading
from studio.files.midi_text import Decoder
from tests.files.midi_files import meta, tune

WORDS = {
    "latin-1": ["Flûte", "Ça été", "Größe", "Für Elise", "Señor", "Prélude à l'après-midi", "Øyvind"],
    "cp1252": ["“Œuvre”", "Dvořák".encode("cp1252", "ignore").decode("cp1252"), "Müller’s €"],
    "cp932": ["ピアノ", "ストリングス", "さくら さくら", "第一楽章", "作曲:山田太郎", "月光"],
    "cp1251": ["Скрипка", "Фортепиано", "Калинка", "ПРИВЕТ", "Труба 1", "Бас"],
    "koi8_r": ["Скрипка", "Подмосковные вечера", "Труба 1", "Бас", "ПРИВЕТ"],
    "euc_kr": ["피아노", "아리랑"],
    "utf-8": ["Flûte", "ピアノ", "Скрипка", "피아노"],
    "utf-8-sig": ["Flûte"],
    "utf-16": ["ピアノ"],
}


@pytest.mark.parametrize(
    ("encoding", "word"), [(encoding, word) for encoding, words in WORDS.items() for word in words]
)
def test_a_word_alone_is_read(encoding: str, word: str) -> None:
    content = word.encode(encoding)
    assert Decoder([content]).text(content) == word


@pytest.mark.parametrize("encoding", list(WORDS))
def test_all_words_of_a_file_are_read_alike(encoding: str) -> None:
    contents = [word.encode(encoding) for word in WORDS[encoding]]
    decoder = Decoder(contents)
    assert [decoder.text(content) for content in contents] == WORDS[encoding]


def test_words_of_two_programs_in_one_file_are_both_read() -> None:
    contents = ["ピアノ".encode("cp932"), "Flûte".encode()]
    decoder = Decoder(contents)
    assert [decoder.text(content) for content in contents] == ["ピアノ", "Flûte"]


def test_no_bytes_are_refused() -> None:
    content = bytes(range(1, 256))
    assert len(Decoder([content]).text(content)) > 100
    assert Decoder([b"Piano\0\0"]).text(b"Piano\0\0") == "Piano"


def test_a_guess_is_told() -> None:
    reading = midi_reading(tune((0, meta(3, "ピアノ".encode("cp932")))), "a.mid")
    assert reading.score.tracks[0].name == "ピアノ"
    assert reading.warnings == ("Its words were taken for Shift-JIS.",)
    assert midi_reading(tune((0, meta(3, b"Fl\xfbte"))), "a.mid").warnings == ()
