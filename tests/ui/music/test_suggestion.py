"""A suggestion may have parts on several tracks, some still to be made; what is accepted goes where it belongs."""

from hypothesis import given
from hypothesis import strategies as st

from studio.core.score import Note, Score, Track
from studio.ui.music.suggestion import Ghost, Ideas, Part, Suggestion

BAR = 1920


def a_score() -> Score:
    melody = Track("Melody", notes=(Note(0, 480, 72), Note(480, 480, 74)))
    return Score(tracks=(melody, Track("Bass", 32, channel=1)))


def two_parts() -> Suggestion:
    """Two notes for the bass that is there, one for an alto that is not."""
    bass = tuple(Ghost(Note(start, 480, pitch), 0.5, 0) for start, pitch in ((0, 48), (480, 43)))
    alto = (Ghost(Note(0, 960, 67), 0.4, 1),)
    return Suggestion((Part(1, bass), Part(2, alto, new=Track("Alto", 48, channel=2))), 0, (0, BAR))


def pitches(score: Score) -> list[tuple[str, list[int]]]:
    return [(track.name, [note.pitch for note in track.notes]) for track in score.tracks]


def test_all_of_it_goes_to_its_tracks_and_the_new_one_is_made() -> None:
    score, suggestion = a_score(), two_parts()
    after = suggestion.laid_into(score, suggestion.free_of(score))
    assert pitches(after) == [("Melody", [72, 74]), ("Bass", [48, 43]), ("Alto", [67])]
    assert after.tracks[2].program == 48
    assert suggestion.free_of(after) == ()


def test_a_track_is_made_only_with_its_first_note() -> None:
    score, suggestion = a_score(), two_parts()
    after = suggestion.laid_into(score, suggestion.parts[0].ghosts)
    assert pitches(after) == [("Melody", [72, 74]), ("Bass", [48, 43])]
    assert [ghost.part for ghost in suggestion.free_of(after)] == [1]


def test_a_track_that_was_made_is_found_again_wherever_it_stands() -> None:
    score, suggestion = a_score(), two_parts()
    made = suggestion.laid_into(score, suggestion.parts[1].ghosts)
    moved = Score(tracks=(made.tracks[2], *made.tracks[:2]))
    assert suggestion.parts[1].place_in(moved) == 0
    assert suggestion.parts[1].free_of(moved) == ()


def test_a_track_that_is_gone_takes_its_ghosts_with_it() -> None:
    suggestion = two_parts()
    shorter = a_score().without_track(1)
    assert [ghost.part for ghost in suggestion.free_of(shorter)] == [1]
    assert suggestion.laid_into(shorter, suggestion.parts[0].ghosts) == shorter


def answer(seed: int) -> Suggestion:
    return Suggestion((Part(0, (Ghost(Note(0, 480, 40 + seed % 60), 0.5),)),), seed, (0, BAR))


def seeds(ideas: Ideas) -> list[int]:
    return [one.seed for one in ideas.answers]


def test_eight_ideas_at_most_the_oldest_without_a_star_goes_first() -> None:
    ideas = Ideas().with_answers(tuple(answer(seed) for seed in range(8))).starring(1)
    ideas = ideas.with_answers((answer(20), answer(21)))
    assert seeds(ideas) == [1, 3, 4, 5, 6, 7, 20, 21]
    assert ideas.at == 6
    assert ideas.is_starred(0)
    for index in range(7):
        ideas = ideas.starring(index, True)
    assert not ideas.is_full
    ideas = ideas.with_answers((answer(30), answer(31)))
    assert seeds(ideas)[-1] == 30, "there was room for one"
    full = ideas.starring(7, True)
    assert full.is_full
    assert full.with_answers((answer(40),)) == full


def test_an_idea_that_comes_again_keeps_its_star_and_its_place_is_the_newest() -> None:
    ideas = Ideas().with_answers((answer(1), answer(2))).starring(0)
    again = ideas.with_answers((answer(1),))
    assert seeds(again) == [2, 1]
    assert again.is_starred(1)
    elsewhere = Suggestion(answer(9).parts, 9, (BAR, 2 * BAR))
    assert ideas.with_answers((elsewhere,)) == Ideas((elsewhere,))


def test_throwing_one_away_goes_on_to_the_next() -> None:
    ideas = Ideas().with_answers((answer(1), answer(2), answer(3))).at_idea(1).starring(1)
    assert (seeds(ideas.without(1)), ideas.without(1).at) == ([1, 3], 1)
    assert ideas.without(1).starred == frozenset()
    assert (ideas.without(0).at, ideas.without(2).at) == (0, 1)
    assert ideas.at_idea(2).without(2).at == 1
    assert ideas.without(0).without(0).without(0) == Ideas()


spots = st.tuples(st.integers(0, 4000), st.integers(1, 3000), st.integers(60, 63))


@given(st.lists(spots, max_size=20), st.lists(spots, max_size=8))
def test_a_ghost_stands_where_no_own_note_sounds_at_its_pitch(
    own: list[tuple[int, int, int]], wished: list[tuple[int, int, int]]
) -> None:
    notes, ghosts = tuple(Note(*one) for one in own), tuple(Ghost(Note(*one), 0.5) for one in wished)
    stand = Part(0, ghosts).free_of(Score((Track(notes=notes),)))
    assert stand == tuple(
        ghost
        for ghost in ghosts
        if not any(
            note.pitch == ghost.note.pitch and note.overlaps(ghost.note.start_ticks, ghost.note.end_ticks)
            for note in notes
        )
    )
