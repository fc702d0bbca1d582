"""A long video is made by all workers, chunk by chunk, and plays from its first chunk on."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import m3u8
import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from colonnade.accounts.models import Role
from colonnade.lib.tenancy import naming_tenant, tenant_scope
from colonnade.videos import chunking, jobs, transcoding
from colonnade.videos.actions import delete_video
from colonnade.videos.clients import USUAL_RECIPE, Gathering, VideoError
from colonnade.videos.clients import division as divisions
from colonnade.videos.models import EncodingChunk, SharedEncoding, Video, VideoState
from tests import factories
from tests.factories import School
from tests.videos import clips
from tests.videos.test_encoding import files_in, media_of, now
from tests.videos.test_killed_worker import processes_on, wait_for, working
from tests.videos.uploading import uploaded
from tests.videos.watching import address, every_file, get

SECONDS = 12
pytestmark = pytest.mark.usefixtures("empty_queue")


@pytest.fixture
def short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a clip of twelve seconds is as long as a lecture."""
    monkeypatch.setattr(divisions, "PIECE_SECONDS", 3.0)
    monkeypatch.setattr(transcoding, "USUAL_RECIPE", replace(USUAL_RECIPE, segment_seconds=1.0, copy=False))


def begun(school: School) -> Video:
    """A video that has been divided; its chunks wait."""
    video = uploaded(school, clips.lesson(seconds=SECONDS, height=480))
    with connections["owner"].cursor() as cursor:  # the job that the upload queued: it runs here
        cursor.execute("DELETE FROM procrastinate_jobs WHERE args->>'video_id' = %s", [str(video.pk)])
    with naming_tenant(school.tenant.pk):
        jobs.encode(video_id=str(video.pk))
    return now(school, video)


def waiting() -> list[dict[str, Any]]:
    """The chunks that wait, as workers take them: the highest priority first, then the oldest."""
    todo = ProcrastinateJob.objects.filter(status="todo", task_name__endswith="make_chunk")
    return list(todo.order_by("-priority", "id").values_list("args", flat=True))


def make(school: School, video: Video, name: str) -> None:
    with naming_tenant(school.tenant.pk):
        jobs.make_chunk(video_id=str(video.pk), making=video.making, name=name)


def chunks(school: School) -> Iterator[EncodingChunk]:
    with school:
        yield from EncodingChunk.objects.all()


@pytest.mark.usefixtures("short_chunks")
def test_the_chunks_of_all_workers_make_one_video(
    school: School, work_folder: Path, run_jobs: Callable[..., None]
) -> None:
    video = begun(school)
    assert video.state == VideoState.ENCODING
    assert len(waiting()) == 6  # an opening, the sound, four stretches
    run_jobs()
    video = now(school, video)
    assert (video.state, video.failure, video.starts, video.progress) == (VideoState.READY, "", 1, 100)
    assert video.duration == pytest.approx(SECONDS, abs=0.1)
    with school:
        assert [r.height for r in video.renditions.all()] == [480, 360]
        assert not SharedEncoding.objects.exists()
    assert not files_in(work_folder)
    below = f"videos/{video.pk}/{video.edition}/"
    assert not {path for path in media_of(school, video) if not path.startswith(below) or "/thumbs/" in path}
    master = address(school, video, school.person())
    assert {get(school.host, file).status for file in every_file(school.host, master)} == {200}


@pytest.mark.usefixtures("short_chunks")
def test_viewers_begin_with_the_first_chunks_and_find_more_later(school: School) -> None:
    video = begun(school)
    first, sound, second, *_ = [job["name"] for job in waiting()]
    assert not video.is_playable
    make(school, video, first)
    make(school, video, sound)
    video = now(school, video)
    assert (video.state, video.is_playable) == (VideoState.ENCODING, True)
    assert video.duration == pytest.approx(SECONDS, abs=0.1)
    master = address(school, video, school.person())

    def playlists() -> dict[str, m3u8.M3U8]:
        variants = m3u8.loads(get(school.host, master).text).playlists
        return {p.uri: m3u8.loads(get(school.host, master.replace("master.m3u8", p.uri)).text) for p in variants}

    (opening,) = playlists().values()
    assert (len(opening.segments), opening.is_endlist, opening.playlist_type) == (2, False, "event")
    assert {get(school.host, file).status for file in every_file(school.host, master)} == {200}
    make(school, video, second)
    assert {len(grown.segments) for grown in playlists().values()} == {4}
    assert len(playlists()) == 2  # a rendition more


@pytest.mark.usefixtures("short_chunks")
def test_a_short_video_does_not_wait_behind_a_long_one(school: School) -> None:
    begun(school)
    other = factories.school()
    begun(other)
    order = [job["tenant_id"] for job in waiting()]
    own, others = str(school.tenant.pk), str(other.tenant.pk)
    assert order == [own, others] * 6  # in turn
    uploaded(factories.school(), clips.lesson())
    next_job = ProcrastinateJob.objects.filter(status="todo").order_by("-priority", "id")
    assert "encode" in {job.task_name.rpartition(".")[2] for job in next_job[:3]}


@pytest.mark.usefixtures("short_chunks")
def test_progress_counts_the_work_of_all_chunks(school: School) -> None:
    video = begun(school)
    seen = []
    for job in waiting():
        make(school, video, job["name"])
        with school:
            parts = EncodingChunk.objects.filter(done_at__isnull=False).count()
        seen.append((parts, now(school, video).progress))
    assert [parts for parts, _ in seen] == [1, 2, 3, 4, 5, 6]
    assert [percent for _, percent in seen] == sorted(percent for _, percent in seen)
    assert seen[-1][1] > 50


@pytest.mark.usefixtures("short_chunks")
def test_chunks_that_do_not_fit_together_are_made_whole_by_one_worker(
    school: School, run_jobs: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    video = begun(school)
    monkeypatch.setattr(Gathering, "flaw", lambda self: "there is a seam")
    run_jobs()
    video = now(school, video)
    assert (video.state, video.starts) == (VideoState.READY, 2)
    with school:
        assert not SharedEncoding.objects.exists()
    assert {path.split("/")[2] for path in media_of(school, video)} == {video.edition}


@pytest.mark.usefixtures("short_chunks")
def test_a_chunk_that_cannot_be_made_hands_the_video_to_one_worker(
    school: School, run_jobs: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    video = begun(school)

    def broken(*arguments: object, **options: object) -> None:
        raise VideoError("damaged", "This stretch cannot be decoded.")

    monkeypatch.setattr(chunking, "make_chunk", broken)
    run_jobs()
    assert now(school, video).state == VideoState.READY


@pytest.mark.usefixtures("short_chunks")
def test_a_video_that_is_deleted_leaves_nothing(school: School, run_jobs: Callable[..., None]) -> None:
    video = begun(school)
    names = [job["name"] for job in waiting()]
    make(school, video, names[0])
    with tenant_scope(school.tenant.pk):
        delete_video(video=video, by=school.person(Role.OWNER))
    run_jobs()
    make(school, video, names[1])  # one that another worker had in hand
    assert media_of(school, video) == set()
    assert list(chunks(school)) == []


@pytest.mark.usefixtures("short_chunks")
def test_running_a_chunk_twice_or_late_changes_nothing(school: School, run_jobs: Callable[..., None]) -> None:
    video = begun(school)
    name = waiting()[0]["name"]
    make(school, video, name)
    (before,) = [chunk.done_at for chunk in chunks(school) if chunk.name == name]
    make(school, video, name)
    assert [chunk.done_at for chunk in chunks(school) if chunk.name == name] == [before]
    run_jobs()
    ready = now(school, video)
    make(school, video, name)
    with naming_tenant(school.tenant.pk):
        jobs.gather(video_id=str(video.pk), making=video.making)
    assert now(school, video).ready_at == ready.ready_at


def test_a_killed_worker_costs_the_chunk_that_it_had(school: School, work_folder: Path) -> None:
    """Two real workers on three minutes; one dies, and what it had made stays made."""
    video = uploaded(school, clips.lesson(seconds=180, height=240))
    with ExitStack() as stack:
        first = stack.enter_context(working(work_folder))
        wait_for(lambda: sum(chunk.done_at is not None for chunk in chunks(school)) >= 2, first)
        wait_for(lambda: bool(processes_on(work_folder)), first)
    kept = {chunk.name: chunk.done_at for chunk in chunks(school) if chunk.done_at}
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(working(work_folder))
        deadline = time.monotonic() + 150
        while not (video := now(school, video)).is_final and time.monotonic() < deadline:
            done = {chunk.name: chunk.done_at for chunk in chunks(school) if chunk.done_at}
            assert not done or kept.items() <= done.items()
            time.sleep(0.2)
    assert (video.state, video.starts) == (VideoState.READY, 1)
    master = address(school, video, school.person())
    assert {get(school.host, file).status for file in every_file(school.host, master)} == {200}
