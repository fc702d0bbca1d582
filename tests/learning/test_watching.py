"""Claims of watched seconds, as sets."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.learning.watching import MOST_RANGES, count, read_ranges, seconds_needed, whole_seconds
from colonnade.lib.problems import Invalid

pairs = st.tuples(st.integers(0, 200), st.integers(1, 60)).map(lambda pair: [pair[0], pair[0] + pair[1]])


@given(st.lists(pairs, max_size=40), st.floats(0.1, 150))
def test_a_claim_is_the_union_of_its_ranges_within_the_video(ranges: list[list[int]], duration: float) -> None:
    seconds = read_ranges(ranges, duration)
    covered = {second for begin, stop in ranges for second in range(begin, stop) if second < whole_seconds(duration)}
    spans = [(span.lower or 0, span.upper or 0) for span in seconds]
    assert {second for begin, stop in spans for second in range(begin, stop)} == covered
    assert count(seconds) == len(covered)
    assert all(before[1] < after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    "ranges",
    [
        [[-1, 5]], [[5, 5]], [[6, 5]], [[0]], [[0, 1, 2]], [[0.5, 2]], [["0", "2"]], [[None, 2]], [[True, 2]],
        [[0, True]], [[0, float("nan")]], [[0, 1]] * (MOST_RANGES + 1),
    ],
)  # fmt: skip
def test_nonsense_is_refused(ranges: Any) -> None:
    with pytest.raises(Invalid):
        read_ranges(ranges, 60)


def test_a_second_that_no_integer_holds_is_cut_to_the_video() -> None:
    assert count(read_ranges([[0, 10**30]], 60)) == 60
    assert count(read_ranges([[10**20, 10**30]], 60)) == 0


@pytest.mark.parametrize(("duration", "whole", "needed"), [(0.4, 1, 1), (5.3, 5, 5), (60.0, 60, 57), (61.9, 61, 58)])
def test_a_lecture_is_complete_at_95_percent_of_its_whole_seconds(duration: float, whole: int, needed: int) -> None:
    assert (whole_seconds(duration), seconds_needed(duration)) == (whole, needed)
