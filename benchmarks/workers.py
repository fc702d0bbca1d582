"""Thirty workers on a lecture of two hours, on paper: the real division, chunk times measured here, a simulated queue.

    python -m benchmarks.workers [--workers 1 2 4 8 16 30] [--hours 2] [--per-machine 2] [--cost 2.1] [--two]

A worker is one core. What is simulated of it: it takes the chunk that comes first in the queue, fetches the original
once a machine, makes the chunk in as many seconds as that takes in CPU time, and stores it. The one that makes the last
chunk queues the gathering. While that goes on, a short video of another school is uploaded, and one worker is killed.
`--cost` is seconds of work for a second of full HD; without it, three stretches of film are encoded to find out.
"""

import argparse
import heapq
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean
from unittest import mock

from benchmarks.encode import clip, ffmpeg
from colonnade.videos.clients import USUAL_LIMITS, USUAL_RECIPE, Division, divide, encode, examine, make_chunk
from colonnade.videos.clients import division as divisions

GIGABYTES_AN_HOUR = 1.8  # 4 Mbit/s, as cameras and recorders export
FETCHED_A_SECOND = 100e6  # bytes, from the store to a machine's disk; others wait meanwhile
PICKED_UP = 0.1  # seconds from a job's commit to its start
LOOKED_INTO = 3.0  # seconds of probing before there is anything to share
STORED = 1.0  # seconds at the end of a chunk: most is stored while it is made
GATHERED = 6.0  # seconds of stitching two hours: playlists, storyboard, a few hundred small files
NOTICED = 30.0  # seconds until a dead worker's chunk is queued again
UNEVEN = 0.25  # standard deviation of a chunk's work: some stretches move more than others
CHUNK_SECONDS = 12.0  # where one and two workers are compared for real
GOAL = 0.7  # of as many times as fast as there are workers
SHORT_AT, SHORT_WORK = 120.0, 40.0  # seconds: when the other school's video comes, and how much work it is


@dataclass(frozen=True)
class Cost:
    """Seconds of one core: for a second of full-HD film in all renditions, and for a second of sound."""

    picture: float
    sound: float


@dataclass
class Outcome:
    """Seconds after the upload is complete; `work` is what one worker would need for the chunks alone."""

    playable: float = 0.0
    ready: float = 0.0
    work: float = 0.0
    short_waited: float = 0.0
    made: dict[str, int] = field(default_factory=dict)


@dataclass(order=True)
class Job:
    """As procrastinate takes them: by priority, which is the chunk's number, then by age."""

    number: int
    age: float
    name: str = field(compare=False)
    seconds: float = field(compare=False)


def simulate(
    division: Division, workers: int, cost: Cost, *, per_machine: int = 2, killed_at: float | None = None, seed: int = 1
) -> Outcome:
    """One lecture and, a little later, one short video, from an empty queue and idle workers on."""
    chance = random.Random(seed)
    fetching = division.facts.size_bytes / FETCHED_A_SECOND
    divided = PICKED_UP + fetching + LOOKED_INTO
    outcome, queue = Outcome(), list[Job]()
    for number, name in enumerate(division.chunks):
        uneven = max(0.3, chance.gauss(1, UNEVEN)) if name in division.pieces else 1.0
        seconds = _work(division, name, cost) * uneven
        outcome.work += seconds
        queue.append(Job(number, divided, name, seconds))
    short = Job(0, SHORT_AT, "short", SHORT_WORK)
    heapq.heapify(queue)
    free = [(divided if number == 0 else 0.0, number) for number in range(workers)]
    heapq.heapify(free)
    has_original = {0: divided}  # by machine, from when on
    waiting, ends = [short], dict[str, float]()
    while queue or waiting:
        at, worker = heapq.heappop(free)
        if waiting and (at >= waiting[0].age or not queue):
            heapq.heappush(queue, waiting.pop())
        job = heapq.heappop(queue)
        start = max(at, job.age) + PICKED_UP
        if job.name == "short":
            outcome.short_waited = start - SHORT_AT
        else:
            start = max(start, has_original.setdefault(worker // per_machine, start + fetching))
        end = start + job.seconds + STORED
        if killed_at is not None and start <= killed_at < end and job.name != "short":
            end, killed_at = killed_at + NOTICED, None
            heapq.heappush(queue, replace(job, age=end))
        else:
            outcome.made[job.name] = outcome.made.get(job.name, 0) + 1
            ends[job.name] = end
        heapq.heappush(free, (end, worker))
    chunks = [ends[name] for name in division.chunks]
    opening = division.chunks[0]
    outcome.playable = ends[opening] - STORED - _work(division, opening, cost) / 2  # its first segment of two
    outcome.ready = max(chunks) + PICKED_UP + GATHERED
    return outcome


def _work(division: Division, name: str, cost: Cost) -> float:
    """`weight` counts full-HD pictures, of which the whole ladder has so many a second."""
    if name not in division.pieces:
        return cost.sound * division.facts.duration
    ladder = sum(rung.width * rung.height for rung in division.rungs) / (1920 * 1080)
    return cost.picture * division.weight(name) / ladder


def two_hours(source: Path, hours: float) -> Division:
    """As a worker divides it; the file itself need not be there for that."""
    facts, _ = examine(source, USUAL_LIMITS, USUAL_RECIPE.segment_seconds)
    seconds = hours * 3600
    size = int(hours * GIGABYTES_AN_HOUR * 1e9)
    long = replace(facts, duration=seconds, declared_duration=seconds, video_duration=seconds, size_bytes=size)
    division = divide(long, None, replace(USUAL_RECIPE, copy=False))
    assert division
    return division


def measured(source: Path, work: Path) -> Cost:
    """Three chunks of eight seconds and the sound, made for real."""
    with mock.patch.object(divisions, "PIECE_SECONDS", 8.0):
        facts, keys = examine(source, USUAL_LIMITS, USUAL_RECIPE.segment_seconds)
        division = divide(facts, keys, replace(USUAL_RECIPE, copy=False))
        assert division
        pieces = [name for name in division.pieces if division.weight(name) > division.weight(division.chunks[0])]
        spent = {}
        for name in [*pieces[1:4], "audio"]:
            (work / name).mkdir()
            spent[name] = make_chunk(source, work / name, division, name, lambda names, chunk: None).cpu_seconds
    picture = mean(spent[name] / division.plan.seconds(division.pieces[name], facts.duration) for name in pieces[1:4])
    return Cost(picture, spent["audio"] / facts.duration)


# Two for real


def two_against_one(source: Path, work: Path) -> bool:
    """Chunks of 12 s by one worker and by two, each with a core of its own; and the same video in one go."""
    facts, keys = examine(source, USUAL_LIMITS, USUAL_RECIPE.segment_seconds)
    recipe = replace(USUAL_RECIPE, copy=False)
    with mock.patch.object(divisions, "PIECE_SECONDS", CHUNK_SECONDS):
        division = divide(facts, keys, recipe)
        assert division
        names = sorted(division.chunks, key=division.weight, reverse=True)
        whole = encode(source, work / "whole", recipe=recipe).cpu_seconds
        alone, in_chunks = _timed(source, work / "one", names, 1)
        together, _ = _timed(source, work / "two", names, 2)
    print(f"chunks: {in_chunks:.1f} CPU s, in one go {whole:.1f} s: ratio {in_chunks / whole:.3f} (goal ≤ 1.03)")
    print(f"two workers: {together:.1f} s, one {alone:.1f} s: ratio {together / alone:.3f} (goal ≤ 0.54)")
    return in_chunks <= 1.03 * whole and together <= 0.54 * alone


def _timed(source: Path, work: Path, names: list[str], workers: int) -> tuple[float, float]:
    """Wall seconds and CPU seconds of all chunks, by so many workers of one core each."""
    fork = multiprocessing.get_context("fork")
    cores = fork.Queue()
    for core in sorted(os.sched_getaffinity(0))[:workers]:
        cores.put(core)
    started = time.monotonic()
    with ProcessPoolExecutor(workers, fork, _keep_to, (cores,)) as pool:
        spent = list(pool.map(_make, names, [source] * len(names), [work] * len(names)))
    return time.monotonic() - started, sum(spent)


def _keep_to(cores: "multiprocessing.Queue[int]") -> None:
    """FFmpeg inherits it."""
    os.sched_setaffinity(0, {cores.get()})


def _make(name: str, source: Path, work: Path) -> float:
    facts, keys = examine(source, USUAL_LIMITS, USUAL_RECIPE.segment_seconds)
    division = divide(facts, keys, replace(USUAL_RECIPE, copy=False))
    assert division
    (work / name).mkdir(parents=True)
    return make_chunk(source, work / name, division, name, lambda names, chunk: None).cpu_seconds


def report(division: Division, cost: Cost, counts: Sequence[int], per_machine: int) -> bool:
    print(f"{len(division.chunks)} chunks; a second of picture costs {cost.picture:.2f} s, of sound {cost.sound:.3f} s")
    print("workers  playable      ready  times as fast  short one waits  with one killed")
    goal = True
    for workers in counts:
        out = simulate(division, workers, cost, per_machine=per_machine)
        killed = simulate(division, workers, cost, per_machine=per_machine, killed_at=out.ready / 2)
        faster = simulate(division, 1, cost, per_machine=per_machine).ready / out.ready
        print(
            f"{workers:7}  {out.playable:6.1f} s  {out.ready / 60:5.1f} min  {faster:13.1f}"
            f"  {out.short_waited:13.1f} s  {killed.ready / 60:11.1f} min"
        )
        goal = goal and faster >= GOAL * workers
    return goal


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8, 16, 30])
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--per-machine", type=int, default=2)
    parser.add_argument("--cost", type=float)
    parser.add_argument("--two", action="store_true", help="only one and two workers, for real")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if options.two:
            return 0 if two_against_one(clip("film", work, int(CHUNK_SECONDS * 3)), work) else 1
        once = clip("film", work, 10)
        source = work / "lecture.mp4"
        ffmpeg("-stream_loop", "3", "-i", str(once), "-c", "copy", str(source))
        cost = Cost(options.cost, 0.01) if options.cost else measured(source, work)
        return 0 if report(two_hours(source, options.hours), cost, options.workers, options.per_machine) else 1


if __name__ == "__main__":
    sys.exit(main())
