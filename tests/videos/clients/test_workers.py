"""The benchmark that lets thirty workers make two hours on paper: each chunk once, nobody idle for long."""

from dataclasses import replace
from fractions import Fraction

import pytest

from benchmarks.workers import NOTICED, Cost, Outcome, simulate
from colonnade.videos.clients import USUAL_RECIPE, Division, divide

from .test_ladder import source

COST = Cost(picture=2.0, sound=0.01)


@pytest.fixture(scope="module")
def division() -> Division:
    facts = replace(source(1920, 1080, "30"), duration=7200.0, video_duration=7200.0, size_bytes=10**9)
    found = divide(facts, None, replace(USUAL_RECIPE, copy=False))
    assert found
    return found


def chunks(outcome: Outcome) -> dict[str, int]:
    return {name: times for name, times in outcome.made.items() if name != "short"}


@pytest.mark.parametrize("workers", [1, 2, 7, 30])
def test_every_chunk_is_made_once(division: Division, workers: int) -> None:
    assert chunks(simulate(division, workers, COST)) == dict.fromkeys(division.chunks, 1)


def test_the_chunks_are_the_whole_lecture(division: Division) -> None:
    seconds = sum(division.plan.seconds(piece, 7200.0) for piece in division.pieces.values())
    assert seconds == pytest.approx(7200.0 + float(division.plan.seconds(division.pieces["picture-0"], 7200.0)))
    assert division.plan.rate == Fraction(30)


def test_thirty_are_nearly_thirty_times_as_fast(division: Division) -> None:
    one, thirty = simulate(division, 1, COST), simulate(division, 30, COST)
    assert 20 < one.ready / thirty.ready <= 30
    assert thirty.ready > thirty.work / 30


def test_viewers_begin_as_soon_with_one_worker_as_with_thirty(division: Division) -> None:
    one, thirty = simulate(division, 1, COST), simulate(division, 30, COST)
    assert one.playable == pytest.approx(thirty.playable)


def test_a_short_video_waits_for_a_worker_and_no_longer(division: Division) -> None:
    longest = 48 * 2.0 * 2  # a chunk of lively film
    assert simulate(division, 30, COST).short_waited < longest


def test_a_death_costs_one_chunk(division: Division) -> None:
    calm = simulate(division, 8, COST)
    sad = simulate(division, 8, COST, killed_at=calm.ready / 2)
    assert chunks(sad) == chunks(calm)
    assert 0 <= sad.ready - calm.ready < 2 * (48 * 2.0 * 2 + NOTICED)
