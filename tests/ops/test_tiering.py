"""Videos that hardly anybody watches move to other classes of the store, and come back when somebody wants them.

SeaweedFS has no classes; moto's server speaks S3's protocol with them: what is archived there cannot be read.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from colonnade.accounts.models import ApiToken, Role, Scope, User
from colonnade.audit.models import AuditEntry
from colonnade.courses.models import Course, Lecture
from colonnade.learning.interest import viewing
from colonnade.learning.models import Progress
from colonnade.lib import objects
from colonnade.lib.objects import Bucket, client, media, uploads
from colonnade.lib.problems import Conflict
from colonnade.lib.tenancy import naming_tenant
from colonnade.ops.jobs import tier_videos
from colonnade.ops.tiering import NO_CLASSES
from colonnade.videos import tiering
from colonnade.videos.actions import bring_back, original_url
from colonnade.videos.jobs import change_tier, finish_restores, restore
from colonnade.videos.models import Tier, Video
from tests.factories import School
from tests.videos.test_encoding import now

LARGE = 200_000


@pytest.fixture
def classed(settings: Settings) -> Iterator[None]:
    """A store with classes in the place of the tests' own."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings.S3_ENDPOINT_URL = settings.S3_PUBLIC_URL = f"http://{host}:{port}"
    settings.S3_STORAGE_CLASSES = "s3"
    _forget_clients()
    for bucket in (uploads(), media()):
        client().create_bucket(Bucket=bucket.name)
    yield
    server.stop()
    _forget_clients()


@pytest.fixture
def archived(classed: None, settings: Settings) -> None:
    """… whose archive has to be waited for."""
    settings.S3_ARCHIVE_CLASS = "GLACIER"


@pytest.fixture(autouse=True)
def _clients_are_remade(settings: Settings) -> Iterator[None]:
    yield
    _forget_clients()


def _forget_clients() -> None:
    objects.client.cache_clear()
    objects._public_client.cache_clear()


def ago(days: float) -> Any:
    return timezone.now() - timedelta(days=days)


def stored(school: School, *, days_old: float, watched: float | None = None) -> tuple[Course, Video]:
    """A course whose video came and was last watched so many days ago, with objects of all kinds."""
    course = school.course()
    with school:
        lecture = Lecture.objects.get(course=course)
        assert lecture.video_id
        Video.objects.filter(pk=lecture.video_id).update(ready_at=ago(days_old), edition="ed", encoder_version=1)
        video = Video.objects.get(pk=lecture.video_id)
        if watched is not None:
            student = school.person()
            school.enroll(student, course)
            Progress.objects.create(lecture=lecture, user=student, updated_at=ago(watched), started_at=ago(watched))
    with naming_tenant(school.tenant.pk):
        uploads().put(video.original_path, b"x" * 4 * LARGE, content_type="video/mp4")
        for name, size in (("master.m3u8", 300), ("720p/00000.m4s", LARGE), ("720p/00001.m4s", LARGE)):
            media().put(
                f"{video.media_path}ed/{name}", b"x" * size, content_type="video/iso.segment", cache_control="c"
            )
    return course, video


def classes_of(school: School, video: Video) -> set[str]:
    """The classes of the objects that are large enough to move."""
    with naming_tenant(school.tenant.pk):
        entries = [*uploads().entries(video.original_path), *media().entries(video.media_path)]
    return {entry.storage_class or "STANDARD" for entry in entries if entry.size >= LARGE}


def tier(school: School, *options: str) -> str:
    out = StringIO()
    call_command("tier", "--school", school.tenant.subdomain, *options, stdout=out)
    return out.getvalue()


def run_moves(school: School, *videos: Video) -> None:
    """What the jobs that were queued do."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    for video in videos:
        found = ProcrastinateJob.objects.filter(args__video_id=str(video.pk), task_name__endswith="change_tier")
        if (job := found.order_by("-id").first()) is not None:
            with naming_tenant(school.tenant.pk):
                change_tier(video_id=str(video.pk), tier=job.args["tier"])


def test_a_store_without_classes_says_so_and_nothing_moves(school: School) -> None:
    assert NO_CLASSES in tier(school)
    tier_videos()


@pytest.mark.usefixtures("classed")
def test_videos_go_where_they_belong_and_the_report_says_what_that_saves(school: School) -> None:
    _, fresh = stored(school, days_old=10)
    _, loved = stored(school, days_old=900, watched=5)
    _, idle = stored(school, days_old=900, watched=100)
    _, forgotten = stored(school, days_old=900, watched=400)
    _, never = stored(school, days_old=100)
    every = (fresh, loved, idle, forgotten, never)

    said = tier(school, "--dry-run")
    assert "2 from standard to infrequent: 6 objects" in said
    assert "1 from standard to instant: 3 objects" in said
    assert "Would move 9 objects" in said
    run_moves(school, *every)
    assert [classes_of(school, video) for video in every] == [{"STANDARD"}] * 5

    assert "Moving 9 objects" in tier(school)
    run_moves(school, *every)
    expected = ["STANDARD", "STANDARD", "STANDARD_IA", "GLACIER_IR", "STANDARD_IA"]
    assert [classes_of(school, video) for video in every] == [{name} for name in expected]
    assert [now(school, video).tier for video in every] == [
        "standard",
        "standard",
        "infrequent",
        "instant",
        "infrequent",
    ]
    with school:
        entry = AuditEntry.objects.get(action="video.tiered", subject_id=str(idle.pk))
        assert entry.data["objects"] == 3
        assert float(entry.data["saves_monthly"]) == pytest.approx(6 * LARGE * 0.0105 / 1024**3, rel=0.05)
    assert "Moving 0 objects" in tier(school)


@pytest.mark.usefixtures("classed")
def test_small_objects_stay_and_all_say_what_they_said(school: School) -> None:
    _, video = stored(school, days_old=100)
    tier(school)
    run_moves(school, video)
    with naming_tenant(school.tenant.pk):
        head = {
            name: client().head_object(Bucket=media().name, Key=media().key(f"{video.media_path}ed/{name}"))
            for name in ("master.m3u8", "720p/00000.m4s")
        }
    assert head["master.m3u8"].get("StorageClass") is None
    segment = head["720p/00000.m4s"]
    assert (segment["StorageClass"], segment["ContentType"], segment["CacheControl"]) == (
        "STANDARD_IA", "video/iso.segment", "c",
    )  # fmt: skip


@pytest.mark.usefixtures("classed")
def test_a_move_that_was_cut_off_goes_on(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    _, video = stored(school, days_old=100)
    tier(school)
    real = Bucket.change_class
    done: list[int] = []

    def some(bucket: Bucket, *arguments: Any) -> None:
        if done:
            raise ConnectionResetError
        real(bucket, *arguments)
        done.append(1)

    with monkeypatch.context() as broken:
        broken.setattr(Bucket, "change_class", some)
        with pytest.raises(ConnectionResetError):
            run_moves(school, video)
    assert classes_of(school, video) == {"STANDARD", "STANDARD_IA"}
    run_moves(school, video)
    assert classes_of(school, video) == {"STANDARD_IA"}
    with school:
        assert AuditEntry.objects.filter(action="video.tiered").count() == 1


@pytest.mark.usefixtures("classed")
def test_what_is_watched_often_again_comes_back(school: School) -> None:
    course, video = stored(school, days_old=900, watched=400)
    tier(school)
    run_moves(school, video)
    assert classes_of(school, video) == {"GLACIER_IR"}
    with school:
        lecture = Lecture.objects.get(course=course)
        Progress.objects.bulk_create(
            Progress(lecture=lecture, user=school.person(), updated_at=ago(3), started_at=ago(3)) for _ in range(9)
        )
    assert "1 from instant to standard" in tier(school)
    run_moves(school, video)
    assert classes_of(school, video) == {"STANDARD"}


@pytest.mark.usefixtures("archived")
def test_a_student_sees_back_in_a_moment_and_then_the_video(school: School) -> None:
    course, video = stored(school, days_old=900, watched=400)
    tier(school)
    run_moves(school, video)
    assert (classes_of(school, video), now(school, video).is_away) == ({"GLACIER"}, True)
    with naming_tenant(school.tenant.pk), pytest.raises(ClientError):
        media().get(f"{video.media_path}ed/720p/00000.m4s")

    student, page = _student_and_page(school, course)
    for _ in range(2):
        answer = student.get(page)
        assert (answer.status_code, answer["Refresh"]) == (200, "30")
        text = answer.content.decode()
        assert "Back in a moment" in text
        assert "about 5 hours" in text
        assert 'data-island="player"' not in text
    with school:
        assert AuditEntry.objects.filter(action="video.restore_asked").count() == 1

    finish_restores()  # before the store has even been asked
    assert now(school, video).is_away
    with naming_tenant(school.tenant.pk):
        restore(video_id=str(video.pk))
        restore(video_id=str(video.pk))
    from procrastinate.contrib.django.models import ProcrastinateJob

    ProcrastinateJob.objects.filter(args__video_id=str(video.pk)).update(status="succeeded")
    finish_restores()
    back = now(school, video)
    assert (back.tier, back.restore_asked_at) == (Tier.STANDARD, None)
    assert classes_of(school, video) == {"STANDARD"}
    answer = student.get(page)
    assert "Refresh" not in answer
    assert 'data-island="player"' in answer.content.decode()


def _student_and_page(school: School, course: Course) -> tuple[Any, str]:
    student = school.person()
    school.enroll(student, course)
    with school:
        lecture = Lecture.objects.get(course=course)
    return school.client(student), reverse("learn-lecture", args=[course.slug, lecture.pk])


@pytest.mark.usefixtures("archived")
def test_the_store_takes_its_time(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    _, video = stored(school, days_old=900)
    tier(school)
    run_moves(school, video)
    with school:
        bring_back(video=video, by=school.person(Role.OWNER))
    monkeypatch.setattr(Bucket, "is_restored", lambda bucket, path: False)
    tiering.finish_restore(school.tenant.pk, video.pk)
    assert now(school, video).is_away


@pytest.mark.usefixtures("archived")
def test_the_api_answers_202_until_it_is_back(school: School) -> None:
    course, video = stored(school, days_old=900)
    with school:
        Video.objects.filter(pk=video.pk).update(tier=Tier.ARCHIVE)
        lecture, student = Lecture.objects.get(course=course), school.person()
        school.enroll(student, course)
        secret = _token(student)
    answer = school.client(headers={"authorization": f"Bearer {secret}"}).post(
        f"/api/v1/lectures/{lecture.pk}/playback"
    )
    assert answer.status_code == 202
    assert "about 5 hours" in answer.json()["detail"]
    assert now(school, video).restore_asked_at is not None


def _token(user: User) -> str:
    secret = ApiToken.new_secret()
    ApiToken.objects.create(user=user, name="t", secret_hash=ApiToken.hash_of(secret), scopes=[Scope.LEARNING])
    return secret


def test_what_is_archived_cannot_be_downloaded_or_encoded_before_it_is_back(school: School) -> None:
    video = school.video(tier=Tier.ARCHIVE, uploaded_at=timezone.now())
    with school, pytest.raises(Conflict, match="in the archive"):
        original_url(video)


@pytest.mark.usefixtures("classed")
def test_the_weekly_job_moves_what_the_command_would(school: School) -> None:
    _, video = stored(school, days_old=100)
    tier_videos()
    run_moves(school, video)
    assert classes_of(school, video) == {"STANDARD_IA"}


def test_views_are_people_of_the_last_90_days_a_day(school: School) -> None:
    course = school.course()
    with school:
        lecture = Lecture.objects.get(course=course)
        for days in (1, 80, 100):
            Progress.objects.create(lecture=lecture, user=school.person(), updated_at=ago(days))
        assert lecture.video_id
        seen = viewing()[lecture.video_id]
    assert seen.views_per_day == pytest.approx(2 / 90)
    assert abs((timezone.now() - seen.last_at) - timedelta(days=1)) < timedelta(minutes=1)
