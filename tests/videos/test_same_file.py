"""The same file twice in one school is encoded once; each video has objects of its own."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connections

from colonnade.accounts.models import Role
from colonnade.lib.objects import Bucket, NoSuchObject, media
from colonnade.lib.tenancy import naming_tenant
from colonnade.videos import clients, storage, transcoding
from colonnade.videos.actions import delete_video, renew_encoding
from colonnade.videos.clients import Unplayable
from colonnade.videos.encoding import note_original
from colonnade.videos.jobs import encode, remove_objects
from colonnade.videos.models import Video, VideoState
from tests.factories import School
from tests.videos import clips
from tests.videos.test_encoding import breaking, media_of, now, run
from tests.videos.test_renewals import plays
from tests.videos.uploading import uploaded
from tests.videos.watching import address


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the encoder's runs from now on."""
    runs: list[int] = []
    real = clients.encode

    def encode(*arguments: Any, **options: Any) -> Any:
        runs.append(1)
        return real(*arguments, **options)

    monkeypatch.setattr(transcoding, "encode", encode)
    return runs


def delete(school: School, video: Video) -> None:
    with school:
        delete_video(video=video, by=school.person(Role.OWNER))
    with naming_tenant(school.tenant.pk):
        remove_objects(video_id=str(video.pk), upload_id="")


def test_the_second_upload_is_copied_instead_of_encoded(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(school, uploaded(school, clips.lesson()))
    runs = counted(monkeypatch)
    second = run(school, uploaded(school, clips.lesson(), filename="again.mp4"))
    assert (second.state, runs) == (VideoState.READY, [])
    assert second.sha256 == first.sha256 == hashlib.sha256(clips.lesson()).hexdigest()
    facts = ("duration", "width", "height", "has_audio", "warnings", "media_bytes", "encoder_version", "recipe")
    assert [getattr(second, fact) for fact in facts] == [getattr(first, fact) for fact in facts]
    with school:
        renditions = [list(v.renditions.values_list("name", "codec", "peak_rate")) for v in (first, second)]
    assert renditions[0] == renditions[1] != []
    below = [
        {path.removeprefix(f"{v.media_path}{v.edition}/") for path in media_of(school, v)} for v in (first, second)
    ]
    assert below[0] == below[1]
    assert plays(school, address(school, second, school.person()))


def test_copies_say_what_they_are_as_the_first_do(school: School) -> None:
    videos = [run(school, uploaded(school, clips.lesson())) for _ in range(2)]
    with naming_tenant(school.tenant.pk):
        from colonnade.lib.objects import client

        told = [
            {
                path.removeprefix(f"{v.media_path}{v.edition}/"): (
                    head["ContentType"],
                    head["CacheControl"],
                    head["ETag"],
                )
                for path in media().paths(v.media_path)
                if (head := client().head_object(Bucket=media().name, Key=media().key(path)))
            }
            for v in videos
        ]
    assert told[0] == told[1]


@pytest.mark.parametrize("which", [0, 1])
def test_either_can_be_deleted_and_the_other_plays(school: School, which: int) -> None:
    videos = [run(school, uploaded(school, clips.lesson())) for _ in range(2)]
    delete(school, videos[which])
    assert media_of(school, videos[which]) == set()
    left = videos[1 - which]
    assert plays(school, address(school, left, school.person()))


def test_a_school_never_takes_what_another_has_encoded(
    school: School, other_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(school, uploaded(school, clips.lesson()))
    runs = counted(monkeypatch)
    video = run(other_school, uploaded(other_school, clips.lesson()))
    assert (video.state, len(runs)) == (VideoState.READY, 1)


@pytest.mark.parametrize("other", [{"encoder_version": 0}, {"recipe": "another"}, {"sha256": ""}])
def test_what_was_made_otherwise_is_not_taken(
    school: School, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any]
) -> None:
    first = run(school, uploaded(school, clips.lesson()))
    with school:
        Video.objects.filter(pk=first.pk).update(**other)
    runs = counted(monkeypatch)
    assert run(school, uploaded(school, clips.lesson())).state == VideoState.READY
    assert len(runs) == 1


def test_a_first_one_that_is_deleted_meanwhile_is_encoded_anew(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(school, uploaded(school, clips.lesson()))
    runs, real = counted(monkeypatch), Bucket.copy
    copies: list[str] = []

    def copy(bucket: Bucket, path: str, to: str) -> None:
        copies.append(path)
        if len(copies) == 3:
            media().delete(media().paths(first.media_path))
        real(bucket, path, to)

    monkeypatch.setattr(Bucket, "copy", copy)
    second = run(school, uploaded(school, clips.lesson()))
    assert (second.state, len(runs)) == (VideoState.READY, 1)
    assert plays(school, address(school, second, school.person()))


def test_a_renewal_takes_what_another_has_gained_already(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (run(school, uploaded(school, clips.lesson())) for _ in range(2))
    with school:
        Video.objects.filter(pk=second.pk).update(encoder_version=0)
        renew_encoding(video=second, by=school.person(Role.OWNER))
    breaking(monkeypatch, AssertionError())
    renewed = run(school, second)
    assert (renewed.encoder_version, renewed.is_outdated) == (first.encoder_version, False)
    assert now(school, second).edition != second.edition


def test_a_copy_of_what_is_gone_says_so(school: School) -> None:
    with naming_tenant(school.tenant.pk), pytest.raises(NoSuchObject):
        storage.copy_edition(school.video(edition="a"), school.video(), "b")


def job(school: School, video: Video) -> None:
    with naming_tenant(school.tenant.pk):
        encode(video_id=str(video.pk))


@pytest.mark.usefixtures("empty_queue")
def test_of_two_at_once_the_second_waits_and_is_copied(
    school: School, monkeypatch: pytest.MonkeyPatch, run_jobs: Callable[..., None]
) -> None:
    first, second = (uploaded(school, clips.lesson()) for _ in range(2))
    runs = counted(monkeypatch)
    seen, real = list[Video](), vars(transcoding)["encode"]  # the one that counts

    def slowly(*arguments: Any, **options: Any) -> Any:
        if not seen:
            job(school, second)
            seen.append(now(school, second))
        return real(*arguments, **options)

    monkeypatch.setattr(transcoding, "encode", slowly)
    job(school, first)
    assert (seen[0].state, seen[0].making, seen[0].starts) == (VideoState.QUEUED, "", 0)
    assert now(school, first).state == VideoState.READY
    due()
    run_jobs()
    assert (now(school, second).state, len(runs)) == (VideoState.READY, 1)
    assert plays(school, address(school, now(school, second), school.person()))


@pytest.mark.usefixtures("empty_queue")
def test_two_workers_that_begin_together_encode_once(
    school: School, monkeypatch: pytest.MonkeyPatch, run_jobs: Callable[..., None]
) -> None:
    videos = [uploaded(school, clips.lesson()) for _ in range(2)]
    runs, together, real = counted(monkeypatch), Barrier(2), note_original

    def note(*arguments: Any) -> Any:
        with suppress(BrokenBarrierError):
            together.wait(5)
        return real(*arguments)

    monkeypatch.setattr(transcoding, "note_original", note)

    def work(video: Video) -> None:
        try:
            job(school, video)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, videos))
    monkeypatch.setattr(transcoding, "note_original", real)
    due()
    run_jobs()
    assert {now(school, video).state for video in videos} == {VideoState.READY}
    assert len(runs) == 1


@pytest.mark.usefixtures("empty_queue")
def test_if_the_first_fails_the_second_is_encoded_by_itself(
    school: School, monkeypatch: pytest.MonkeyPatch, run_jobs: Callable[..., None]
) -> None:
    first, second = (uploaded(school, clips.lesson()) for _ in range(2))

    def failing(*arguments: Any, **options: Any) -> Any:
        job(school, second)
        raise Unplayable("damaged", "It cannot be played.")

    monkeypatch.setattr(transcoding, "encode", failing)
    job(school, first)
    assert now(school, first).state == VideoState.FAILED
    monkeypatch.setattr(transcoding, "encode", clients.encode)
    due()
    run_jobs()
    assert now(school, second).state == VideoState.READY


def due() -> None:
    """The jobs that wait for their time have waited long enough."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
