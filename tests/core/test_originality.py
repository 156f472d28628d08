"""The verdict on a phrase: quoted, close or its own, by what is usual between human tunes."""

from studio.core.melody import steps_of
from studio.core.originality import CLOSE, ORIGINAL, QUOTES, SHORT, Baseline, Usual, bars_of, copy_rate, judge
from studio.core.score import Note, Score, Track
from studio.core.theory import transpose
from studio.core.tune_index import TuneIndex

PITCHES = [60, 62, 64, 60, 67, 65, 62, 71, 72, 69, 60, 65, 64, 62, 59, 60, 55, 57, 70, 63]
TUNE = [Note(480 * n, 480, pitch) for n, pitch in enumerate(PITCHES)]
INDEX = TuneIndex.of([(steps_of(TUNE), [n // 4 for n in range(len(TUNE))], "The Test", "book")])


def baseline(p95: float, p99: float) -> Baseline:
    rows = (Usual(10, 100, 6.0, p95, p99, 0.1, 0.2), Usual(40, 100, 8.0, 2 * p95, 2 * p99, 0.3, 0.5))
    return Baseline({"all": rows}, {"book": "all"})


def foreign(count: int, start: int) -> list[Note]:
    return [Note(start + 480 * n, 480, 50 + n * n % 13) for n in range(count)]


def test_a_phrase_that_stands_in_a_tune_in_another_key() -> None:
    phrase = [*foreign(8, 0), *(Note(n.start_ticks + 1920, 480, n.pitch) for n in transpose(TUNE[4:16], 3))]
    found = judge(phrase, INDEX, baseline(7, 10))
    assert found.longest is not None
    assert (found.longest.tune, found.longest.bar) == ("The Test", 2)
    assert found.longest.notes >= 12
    assert found.verdict == CLOSE
    assert judge(phrase, INDEX, baseline(5, 7)).verdict == QUOTES
    assert judge(phrase, INDEX, baseline(15, 18)).verdict == ORIGINAL
    assert "“The Test”, bar 2" in found.sentence
    score = Score((Track(notes=tuple(phrase)),))
    assert bars_of(score, found.longest)[0] == score.bar_of(found.longest.start_ticks) + 1


def test_what_stands_nowhere() -> None:
    found = judge(foreign(20, 0), INDEX, baseline(8, 10))
    assert (found.longest, found.share, found.verdict) == (None, 0.0, ORIGINAL)
    assert found.sentence == "No 6 notes of it, scales aside, stand in any of the tunes."


def test_too_little_to_judge() -> None:
    for phrase in ([], TUNE[:1], TUNE[:11]):
        assert judge(phrase, INDEX, baseline(8, 10)).verdict == SHORT


def test_the_copy_rate_of_several_phrases() -> None:
    judged = [judge(notes, INDEX, baseline(5, 7)) for notes in (TUNE, foreign(20, 0), TUNE[:5])]
    assert copy_rate(judged) == 0.5
    assert copy_rate([]) == 0.0


def test_the_usual_lies_between_its_rows() -> None:
    base = baseline(8, 10)
    assert base.usual("book", 5).p95 == 8
    assert base.usual("book", 20).p95 == 12
    assert base.usual("unknown", 400).p95 == 16


def test_a_scale_is_nobodys() -> None:
    scale = [
        Note(240 * n, 240, pitch)
        for n, pitch in enumerate((60, 62, 64, 66, 68, 70, 72, 74, 76, 78, 80, 82, 84))
    ]
    index = TuneIndex.of([(steps_of(scale), [0] * len(scale), "Scales", "book")])
    found = judge(scale, index, baseline(5, 7))
    assert (found.longest, found.verdict, found.share) == (None, ORIGINAL, 1.0)
