"""Store and database are compared both ways; deletions are whole, also after a crash in their middle."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.utils import timezone

from colonnade.accounts.models import Role
from colonnade.audit.models import AuditEntry
from colonnade.lib.objects import Bucket, Entry, StoreFailed, client, media, uploads
from colonnade.lib.tenancy import naming_tenant
from colonnade.videos import jobs, stocktaking
from colonnade.videos.actions import delete_video
from colonnade.videos.jobs import remove_objects
from colonnade.videos.models import Video, VideoState
from colonnade.videos.stocktaking import Missing, Stock, side_by_side, take_stock
from tests.factories import School
from tests.videos import clips
from tests.videos.test_encoding import media_of, now, run
from tests.videos.uploading import uploaded
from tests.videos.watching import playable


@pytest.fixture(autouse=True)
def _nothing_is_young(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stocktaking, "YOUNG", timedelta(seconds=-60))


def look(school: School, *, repair: bool = False, **more: Any) -> Stock:
    return take_stock(school.tenant, repair=repair, **more)


def put(school: School, path: str, *, bucket: Bucket | None = None, body: bytes = b"12345") -> None:
    with naming_tenant(school.tenant.pk):
        (bucket or media()).put(path, body, content_type="video/iso.segment")


def everything(school: School) -> set[str]:
    with naming_tenant(school.tenant.pk):
        return {path for bucket in (uploads(), media()) for path in bucket.paths("")}


def encoded(school: School) -> Video:
    return run(school, uploaded(school, clips.lesson()))


def test_a_school_in_order_is_sound_and_left_as_it_is(school: School) -> None:
    videos = [encoded(school), uploaded(school, b"x")]
    before = everything(school)
    stock = look(school, repair=True)
    assert stock.is_sound
    assert (stock.videos, stock.objects) == (len(videos), len(before))
    assert stock.bytes > 1000
    assert everything(school) == before
    with school:
        assert not AuditEntry.objects.filter(action="storage.swept").exists()


def test_objects_of_no_video_are_counted_then_removed(school: School) -> None:
    video = encoded(school)
    before = everything(school)
    gone = UUID(int=video.pk.int + 1), UUID(int=video.pk.int - 1)
    for video_id in gone:
        put(school, f"videos/{video_id}/a/master.m3u8")
        put(school, f"videos/{video_id}/original", bucket=uploads())
    put(school, f"{video.media_path}deadbeef/0.m4s")  # of a worker that was killed
    put(school, f"{video.media_path}captions/en-0.vtt")  # that no row names
    put(school, "thumbnails/a.webp")  # of another room
    dry = look(school)
    assert (dry.orphans, dry.orphan_bytes, dry.unknown_videos, dry.removed) == (6, 30, 4, 0)
    repaired = look(school, repair=True)
    assert (repaired.removed, repaired.missing) == (6, [])
    assert everything(school) == before | {"thumbnails/a.webp"}
    assert look(school).is_sound
    with school:
        entry = AuditEntry.objects.get(action="storage.swept")
        assert (entry.data["removed"], entry.data["bytes"]) == (6, 30)


def test_what_is_young_is_left_alone(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stocktaking, "YOUNG", timedelta(days=1))
    put(school, f"videos/{school.tenant.pk}/a/0.m4s")
    assert look(school, repair=True).is_sound
    assert everything(school)


def test_what_is_being_made_or_was_just_played_is_left_alone(school: School) -> None:
    video = encoded(school)
    for edition in ("making", "former"):
        put(school, f"{video.media_path}{edition}/0.m4s")
    with school:
        Video.objects.filter(pk=video.pk).update(making="making", former_edition="former")
    assert look(school).is_sound


def test_a_deleted_video_that_a_job_removes_in_its_time_is_left_alone(school: School) -> None:
    video = encoded(school)
    with school:
        delete_video(video=video, by=school.person(Role.OWNER), after=timedelta(hours=12))
    assert look(school, repair=True, going=remove_objects.arguments_underway("video_id")).is_sound
    assert media_of(school, video)
    assert look(school, repair=True).removed > 0


def test_what_a_row_promises_and_the_store_lacks_is_named(school: School) -> None:
    whole, holed, lost, dropped, failed = (encoded(school) for _ in range(5))
    with naming_tenant(school.tenant.pk):
        media().delete([next(path for path in media().paths(holed.media_path) if path.endswith(".m4s"))])
        media().delete(media().paths(lost.media_path))
        uploads().delete([dropped.original_path, failed.original_path])
    with school:
        Video.objects.filter(pk=dropped.pk).update(original_dropped_at=timezone.now())
        Video.objects.filter(pk=failed.pk).update(state=VideoState.FAILED, failure="No.", failure_code="x")
    expected = [Missing(holed.pk, "edition"), Missing(lost.pk, "edition"), Missing(failed.pk, "original")]
    assert sorted(look(school).missing, key=str) == sorted(expected, key=str)
    look(school, repair=True)
    with school:
        assert len(AuditEntry.objects.get(action="storage.swept").data["missing"]) == 3
    assert now(school, whole).state == VideoState.READY


def test_a_video_deleted_while_we_look_is_not_called_missing(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    video = playable(school)
    with naming_tenant(school.tenant.pk):
        uploads().put(video.original_path, b"x", content_type="video/mp4")
    real = stocktaking._rows

    def rows(tenant: Any) -> Iterator[Video]:
        yield from list(real(tenant))
        with school:
            Video.objects.all().delete()
        with naming_tenant(school.tenant.pk):
            media().delete(media().paths("videos/"))

    monkeypatch.setattr(stocktaking, "_rows", rows)
    assert look(school).missing == []


def test_nothing_is_removed_where_most_videos_are_unknown(school: School) -> None:
    for number in range(stocktaking.STRANGE_VIDEOS + 1):
        put(school, f"videos/{UUID(int=number)}/a/0.m4s")
    stock = look(school, repair=True)
    assert (stock.removed, bool(stock.withheld)) == (0, True)
    assert look(school, repair=True, force=True).removed == stocktaking.STRANGE_VIDEOS + 1


def test_one_school_is_not_looked_through_for_another(school: School, other_school: School) -> None:
    put(school, f"videos/{school.tenant.pk}/a/0.m4s")
    assert look(other_school, repair=True).objects == 0
    assert everything(school)


def test_the_nightly_job_goes_through_all_schools_though_one_fails(
    school: School, other_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (school, other_school):
        put(place, f"videos/{school.tenant.pk}/a/0.m4s")
    real = stocktaking.take_stock

    def some(tenant: Any, **options: Any) -> Stock:
        if tenant.pk not in (school.tenant.pk, other_school.tenant.pk):
            return Stock()
        if tenant.pk == school.tenant.pk:
            raise StoreFailed(503, "x")
        return real(tenant, **options)

    monkeypatch.setattr(stocktaking, "take_stock", some)
    jobs.take_stock()
    assert (bool(everything(school)), everything(other_school)) == (True, set())


def test_the_command_says_what_it_found(school: School) -> None:
    video = encoded(school)
    put(school, f"videos/{school.tenant.pk}/a/0.m4s")
    with naming_tenant(school.tenant.pk):
        uploads().delete([video.original_path])
    name = school.tenant.subdomain

    def sweep(*options: str) -> str:
        out = StringIO()
        call_command("sweep", "--school", name, *options, stdout=out)
        return out.getvalue()

    assert f"{name}: 1 object of no video (5\xa0bytes), none removed" in sweep("--dry-run")
    said = sweep()
    assert "1 removed" in said
    assert f"the original of video {video.pk} is not in the store" in said


def test_a_deletion_that_crashed_in_its_middle_is_finished_by_its_job(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = encoded(school)
    with school:
        delete_video(video=video, by=school.person(Role.OWNER))
    real = Bucket.delete

    def some(bucket: Bucket, paths: Any) -> None:
        real(bucket, list(paths)[:3])
        raise ConnectionResetError

    with monkeypatch.context() as broken, naming_tenant(school.tenant.pk):
        broken.setattr(Bucket, "delete", some)
        with pytest.raises(ConnectionResetError):
            remove_objects(video_id=str(video.pk), upload_id="")
    assert media_of(school, video)
    with naming_tenant(school.tenant.pk):
        remove_objects(video_id=str(video.pk), upload_id="")
    assert everything(school) == set()


def test_an_object_that_the_store_would_not_delete_is_an_error(monkeypatch: pytest.MonkeyPatch, school: School) -> None:
    answer = {"Errors": [{"Key": "k", "Code": "InternalError"}]}
    monkeypatch.setattr(client(), "delete_objects", lambda **call: answer)
    with naming_tenant(school.tenant.pk), pytest.raises(StoreFailed, match="InternalError"):
        media().delete(["a"])


def test_a_million_objects_take_little_memory() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    rows = (Video(id=UUID(int=number)) for number in range(0, 2000, 2))
    entries = (entry for number in range(2000) for entry in [Entry(f"videos/{UUID(int=number)}/a/0", 1, at)] * 500)
    tracemalloc.start()
    known = unknown = 0
    for video, found in side_by_side(rows, entries):
        count = sum(1 for _ in found)
        known, unknown = (known + count, unknown) if video else (known, unknown + count)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (known, unknown) == (500_000, 500_000)
    assert peak < 2_000_000, peak
