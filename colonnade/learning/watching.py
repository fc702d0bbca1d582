"""Seconds as players report them, and when a lecture counts as watched."""

import math
from collections.abc import Sequence

from psycopg.types.multirange import Int4Multirange
from psycopg.types.range import Int4Range

from colonnade.lib.problems import Invalid

MOST_RANGES = 500  # in one heartbeat; a player sends a handful

ENOUGH = 0.95
"""The share of a video's seconds that completes it. Not all: each start, seek and stall may lose the second it falls
into, and nobody should have to hunt for it; and closing titles are not the lecture.
"""


def whole_seconds(duration: float) -> int:
    """The seconds of a video that count. The rest after the last whole one does not: players disagree about it."""
    return max(1, math.floor(duration))


def seconds_needed(duration: float) -> int:
    """How many different seconds complete a lecture."""
    return math.ceil(whole_seconds(duration) * ENOUGH)


def read_ranges(ranges: Sequence[Sequence[int]], duration: float) -> Int4Multirange:
    """A claim as a set, merged and cut to the video. Raises Invalid if it is not made of half-open pairs from 0 on."""
    if len(ranges) > MOST_RANGES:
        raise Invalid(f"At most {MOST_RANGES} ranges can be sent at once.")
    end = whole_seconds(duration)
    merged: list[list[int]] = []
    for begin, stop in sorted(_checked(pair) for pair in ranges):
        if merged and begin <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], stop)
        else:
            merged.append([begin, stop])
    return Int4Multirange(Int4Range(begin, min(stop, end)) for begin, stop in merged if begin < end)


def count(seconds: Int4Multirange) -> int:
    return sum((span.upper or 0) - (span.lower or 0) for span in seconds)


def _checked(pair: Sequence[int]) -> tuple[int, int]:
    # `type`, not isinstance: JSON's true is no second.
    if len(pair) != 2 or not all(type(second) is int for second in pair) or not 0 <= pair[0] < pair[1]:
        raise Invalid("A range is two whole seconds, the first at least 0 and before the second.")
    return pair[0], pair[1]
