"""The worker's way: what becomes of good files, bad files, outages, deletions and workers that die."""

import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from django.db import OperationalError
from django.utils import timezone

from colonnade.accounts.models import Role
from colonnade.audit.models import AuditEntry
from colonnade.lib.objects import media, uploads
from colonnade.lib.tenancy import naming_tenant
from colonnade.videos import clients, encoding, transcoding, workspace
from colonnade.videos.actions import delete_video, retry_encoding
from colonnade.videos.clients import VideoError
from colonnade.videos.encoding import MOST_STARTS, start_encoding
from colonnade.videos.jobs import encode, remove_objects, take_up_forgotten_videos
from colonnade.videos.models import Video, VideoState
from tests.factories import School
from tests.videos import clips
from tests.videos.test_uploads import jobs_of
from tests.videos.uploading import uploaded

OUTAGE = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")


def run(school: School, video: Video) -> Video:
    with naming_tenant(school.tenant.pk):
        encode(video_id=str(video.pk))
    return now(school, video)


def now(school: School, video: Video) -> Video:
    with school:
        return Video.objects.get(pk=video.pk)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def media_of(school: School, video: Video) -> set[str]:
    with naming_tenant(school.tenant.pk):
        return set(media().paths(video.media_path))


def breaking(monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[int]:
    """Lets the encoder raise from now on; counts its calls."""
    calls: list[int] = []

    def encode(*arguments: Any, **options: Any) -> None:
        calls.append(1)
        raise error

    monkeypatch.setattr(transcoding, "examine", encode)
    return calls


BAD: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "a text that is named .mp4": (b"This is a shopping list.\n" * 100, "not_a_video"),
    "a file that ends in its middle": (clips.lesson, "truncated"),
    "sound without a picture": (clips.tone, "no_video"),
    "a playlist that points elsewhere": (b"#EXTM3U\n#EXTINF:4,\nfile:///etc/passwd\n", "playlist"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_ends_as_failed_with_a_sentence(school: School, kind: str, work_folder: Path) -> None:
    body, code = BAD[kind]
    content = body() if callable(body) else body
    if code == "truncated":
        content = content[: len(content) // 3]
    video = run(school, uploaded(school, content))
    assert (video.state, video.failure_code) == (VideoState.FAILED, code)
    assert video.failure.endswith(".")
    assert media_of(school, video) == set()
    assert not files_in(work_folder)
    with school:
        assert AuditEntry.objects.filter(action="video.failed", subject_id=str(video.pk)).count() == 1
    with naming_tenant(school.tenant.pk):
        assert uploads().get(video.original_path) == content  # kept, for whoever wants to look into it


def test_a_school_says_how_its_videos_are_made(school: School) -> None:
    owner = school.client(school.person(Role.OWNER))
    form = {"name": "A school", "instructor_name": "Ann", "time_zone": "UTC", "brand_color": ""}
    assert owner.post("/dashboard/settings/", form | {"largest_video": "1440"}).status_code == 302
    with naming_tenant(school.tenant.pk):
        quiet = transcoding.recipe_of_school()
    assert owner.post("/dashboard/settings/", form | {"equal_loudness": "on"}).status_code == 302
    with naming_tenant(school.tenant.pk):
        loud = transcoding.recipe_of_school()
    assert (quiet.largest, quiet.loudness) == (1440, None)
    assert (loud.largest, loud.loudness) == (1440, -16.0)  # what is not said stays
    assert quiet.fingerprint != loud.fingerprint
    assert owner.post("/dashboard/settings/", form | {"largest_video": "99999"}).status_code == 422


def test_running_a_job_again_after_the_end_changes_nothing(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    ready, failed = run(school, uploaded(school, clips.lesson())), run(school, uploaded(school, b"no video"))
    calls = breaking(monkeypatch, AssertionError())
    assert run(school, ready).ready_at == ready.ready_at
    assert run(school, failed).state == VideoState.FAILED
    run(school, school.video(state=VideoState.UPLOADING))
    assert calls == []


def test_progress_is_written_once_a_second_at_most(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    video = uploaded(school, clips.lesson())
    seen: list[int] = []
    clock = iter(range(10_000))

    def encode(source: Path, dest: Path, *, progress: Callable[[float], None], **others: object) -> None:
        for part in (0.0, 0.2, 0.2, 0.9, 0.8):
            progress(part)
            seen.append(now(school, video).progress)
        raise VideoError("disk_full", "Stop here.")

    monkeypatch.setattr(transcoding, "encode", encode)
    monkeypatch.setattr(transcoding, "time", SimpleNamespace(monotonic=lambda: next(clock) * 0.6))
    run(school, video)
    assert seen == [0, 0, 19, 19, 76]


def test_a_passing_outage_is_tried_again(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    video = uploaded(school, clips.lesson())
    for error in (OUTAGE, OperationalError("gone"), ConnectionResetError(), OUTAGE):
        with monkeypatch.context() as broken:
            breaking(broken, error)
            with pytest.raises(type(error)):
                run(school, video)
        assert now(school, video).state == VideoState.QUEUED
    assert run(school, video).state == VideoState.READY


def test_an_outage_that_does_not_end_is_told(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    video = uploaded(school, b"x")
    breaking(monkeypatch, OUTAGE)
    for _ in range(MOST_STARTS - 1):
        with pytest.raises(EndpointConnectionError):
            run(school, video)
    video = run(school, video)
    assert (video.state, video.failure_code) == (VideoState.FAILED, "storage_down")


@pytest.mark.parametrize(
    ("error", "code"),
    [(ZeroDivisionError(), "unexpected"), (PermissionError(13, "no"), "unexpected"),
     (VideoError("interrupted", "It was interrupted."), "interrupted")],
)  # fmt: skip
def test_a_bug_is_tried_three_times_and_then_told(
    school: School, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    video = uploaded(school, b"x")
    calls = breaking(monkeypatch, error)
    for _ in range(2):
        with pytest.raises(type(error)):
            run(school, video)
    video = run(school, video)
    assert (video.state, video.failure_code, len(calls)) == (VideoState.FAILED, code, 3)
    assert video.failure.endswith(".")


def test_a_failed_video_can_be_tried_again(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    teacher = school.person(Role.INSTRUCTOR)
    video = uploaded(school, clips.lesson())
    with monkeypatch.context() as broken:
        breaking(broken, OSError(28, "No space left on device"))
        video = run(school, video)
    assert (video.state, video.failure_code) == (VideoState.FAILED, "disk_full")
    with school:
        retry_encoding(video=video, by=teacher)
    assert run(school, video).state == VideoState.READY


def test_a_full_disk_is_told_before_anything_is_fetched(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = SimpleNamespace(total=10**12, used=10**12, free=10**6)
    monkeypatch.setattr("colonnade.videos.workspace.shutil.disk_usage", lambda folder: usage)
    video = run(school, uploaded(school, clips.lesson()))
    assert (video.state, video.failure_code) == (VideoState.FAILED, "disk_full")
    assert "disk lacks" in video.failure


def test_a_lost_original_is_told(school: School) -> None:
    video = uploaded(school, b"x")
    with naming_tenant(school.tenant.pk):
        uploads().delete([video.original_path])
    video = run(school, video)
    assert (video.state, video.failure_code) == (VideoState.FAILED, "original_missing")


def test_what_a_killed_worker_left_is_replaced(school: School, work_folder: Path) -> None:
    video = uploaded(school, clips.lesson())
    with naming_tenant(school.tenant.pk):
        killed = start_encoding(video.pk)
        assert killed is not None
        stale = f"{video.media_path}{killed.making}/1080/00000.m4s"
        media().put(stale, b"half", content_type="video/iso.segment")
    left = work_folder / "encoding-left"
    left.mkdir(parents=True)
    (left / "original").write_bytes(b"half")

    video = run(school, video)
    assert video.state == VideoState.READY
    assert video.edition != killed.making
    assert stale not in media_of(school, video)
    assert not left.exists()


def test_a_worker_that_was_only_thought_dead_gives_way(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    video = uploaded(school, clips.lesson())
    real = clients.encode

    def slow(source: Path, dest: Path, **options: Any) -> Any:
        made = real(source, dest, **options)
        monkeypatch.setattr(transcoding, "encode", real)
        assert run(school, video).state == VideoState.READY  # another worker takes over, and finishes
        return made

    monkeypatch.setattr(transcoding, "encode", slow)
    winner = run(school, video)
    objects = media_of(school, video)
    assert winner.state == VideoState.READY
    assert {path for path in objects if not path.startswith(f"{video.media_path}{winner.edition}/")} == set()
    with school:
        assert AuditEntry.objects.filter(action="video.ready", subject_id=str(video.pk)).count() == 1


def test_a_video_deleted_while_it_is_encoded_leaves_nothing(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    teacher = school.person(Role.INSTRUCTOR)
    video = uploaded(school, clips.lesson())
    real = clients.encode

    def encode_and_delete(source: Path, dest: Path, **options: Any) -> Any:
        made = real(source, dest, **options)
        with school:
            delete_video(video=video, by=teacher)
        with naming_tenant(school.tenant.pk):
            remove_objects(video_id=str(video.pk), upload_id="")
        return made

    monkeypatch.setattr(transcoding, "encode", encode_and_delete)
    with naming_tenant(school.tenant.pk):
        encode(video_id=str(video.pk))
        encode(video_id=str(video.pk))  # the job of a killed worker, tried again
    assert media_of(school, video) == set()
    with school:
        assert not Video.objects.exists()


def test_a_file_that_no_worker_survives_is_given_up(school: School) -> None:
    video = uploaded(school, b"x")
    with naming_tenant(school.tenant.pk):
        for _ in range(MOST_STARTS):
            assert start_encoding(video.pk) is not None  # and the worker dies
    video = run(school, video)
    assert (video.state, video.failure_code) == (VideoState.FAILED, "given_up")


def test_a_store_that_fails_at_the_end_is_waited_for(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    video = uploaded(school, clips.lesson())
    real, failures = encoding.finish_encoding, [OperationalError("restarting"), OUTAGE]

    def finish(*arguments: Any) -> None:
        if failures:
            raise failures.pop()
        real(*arguments)

    monkeypatch.setattr(transcoding, "finish_encoding", finish)
    monkeypatch.setattr(transcoding, "time", SimpleNamespace(monotonic=time.monotonic, sleep=lambda seconds: None))
    video = run(school, video)
    assert (video.state, video.starts) == (VideoState.READY, 1)


def test_a_segment_that_cannot_be_stored_lets_the_job_start_again(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = uploaded(school, clips.lesson())
    with monkeypatch.context() as broken:
        broken.setattr("colonnade.lib.objects.Bucket.put", lambda *a, **k: (_ for _ in ()).throw(OUTAGE))
        with pytest.raises(EndpointConnectionError):
            run(school, video)
    assert run(school, video).state == VideoState.READY


def test_a_video_that_no_job_has_in_hand_is_taken_up(school: School) -> None:
    forgotten, fresh = (school.video(state=VideoState.ENCODING) for _ in range(2))
    in_hand = uploaded(school, b"x")
    long_ago = timezone.now() - timedelta(minutes=10)
    with school:
        Video.objects.filter(pk__in=[forgotten.pk, in_hand.pk]).update(updated_at=long_ago)
    take_up_forgotten_videos()
    take_up_forgotten_videos()
    assert (jobs_of(forgotten.pk), jobs_of(fresh.pk), jobs_of(in_hand.pk)) == (1, 0, 1)


def test_a_workspace_in_use_is_left_alone(work_folder: Path) -> None:
    with workspace.workspace(1) as mine:
        with workspace.workspace(1) as another:
            assert mine.exists()
            assert mine != another
        (mine / "file").write_bytes(b"x")
    assert not files_in(work_folder)
    assert shutil.disk_usage(work_folder).free
