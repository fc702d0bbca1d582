"""The uploaded file: downloaded by staff, kept as long as the school wants it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from django.urls import reverse
from django.utils import timezone

from colonnade.accounts.models import Role
from colonnade.audit.models import AuditEntry
from colonnade.lib.objects import NoSuchObject, uploads
from colonnade.lib.problems import Conflict
from colonnade.lib.tenancy import naming_tenant
from colonnade.tenants.models import Originals, Tenant
from colonnade.videos.actions import original_url, renew_encoding, retry_encoding
from colonnade.videos.jobs import drop_outlived_originals, remove_original
from colonnade.videos.models import Video, VideoState
from tests.factories import School
from tests.videos.test_encoding import now
from tests.videos.uploading import begin, uploaded, video_of

BODY = b"the uploaded bytes"


def keeping(school: School, originals: str) -> None:
    with school:
        Tenant.objects.filter(pk=school.tenant.pk).update(originals=originals)


def playing(school: School, *, uploaded_ago: timedelta = timedelta(0), **facts: Any) -> Video:
    """A ready video whose original is in the store."""
    video = uploaded(school, BODY, filename="Über “alles”.mp4")
    facts = {"state": VideoState.READY, "duration": 60, "ready_at": timezone.now()} | facts
    with school:
        Video.objects.filter(pk=video.pk).update(uploaded_at=timezone.now() - uploaded_ago, **facts)
    return now(school, video)


def is_stored(school: School, video: Video) -> bool:
    with naming_tenant(school.tenant.pk):
        try:
            uploads().size(video.original_path)
        except NoSuchObject:
            return False
    return True


def sweep(school: School, *videos: Video) -> None:
    drop_outlived_originals()
    for video in videos:
        if now(school, video).original_dropped_at:
            with naming_tenant(school.tenant.pk):
                remove_original(video_id=str(video.pk))


@pytest.mark.parametrize("role", [Role.OWNER, Role.INSTRUCTOR])
def test_staff_download_the_original_under_its_own_name(school: School, role: str) -> None:
    video = playing(school)
    answer = school.client(school.person(role)).get(reverse("video-original", args=[video.pk]))
    assert answer.status_code == 302
    file = requests.get(answer["Location"], timeout=10)
    assert (file.status_code, file.content) == (200, BODY)
    assert file.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%9Cber%20%E2%80%9Calles%E2%80%9D.mp4"


def test_an_unfinished_upload_has_no_original_yet(school: School) -> None:
    video = video_of(school, begin(school, BODY))
    with school, pytest.raises(Conflict, match="not finished"):
        original_url(video)


def test_by_default_originals_are_kept(school: School) -> None:
    video = playing(school, uploaded_ago=timedelta(days=3650))
    sweep(school, video)
    assert now(school, video).original_dropped_at is None
    assert is_stored(school, video)


def test_originals_are_kept_for_30_days(school: School) -> None:
    keeping(school, Originals.MONTH)
    old = playing(school, uploaded_ago=timedelta(days=30, minutes=1))
    young = playing(school, uploaded_ago=timedelta(days=29, hours=23))
    sweep(school, old, young)
    sweep(school, old, young)
    assert (is_stored(school, old), is_stored(school, young)) == (False, True)
    with school:
        entry = AuditEntry.objects.get(action="video.original_dropped")
        assert (entry.subject_id, entry.data) == (str(old.pk), {"size": len(BODY)})


def test_originals_are_deleted_once_the_video_is_ready_and_not_before(school: School) -> None:
    keeping(school, Originals.DROP)
    ready, renewing = playing(school), playing(school, renewal_asked_at=timezone.now())
    failed, queued = uploaded(school, BODY), uploaded(school, BODY)
    with school:
        Video.objects.filter(pk=failed.pk).update(state=VideoState.FAILED, failure="No.", failure_code="x")
    sweep(school, ready, renewing, failed, queued)
    assert [is_stored(school, video) for video in (ready, renewing, failed, queued)] == [False, True, True, True]


def test_one_school_does_not_decide_for_another(school: School, other_school: School) -> None:
    keeping(school, Originals.DROP)
    mine, theirs = playing(school), playing(other_school)
    sweep(school, mine)
    sweep(other_school, theirs)
    assert (is_stored(school, mine), is_stored(other_school, theirs)) == (False, True)


def test_what_needs_a_deleted_original_says_when_it_went(school: School) -> None:
    went = datetime(2026, 3, 3, 12, tzinfo=UTC)
    dropped = school.video(original_dropped_at=went, uploaded_at=went)
    failed = school.video(state=VideoState.FAILED, original_dropped_at=went)
    owner = school.person(Role.OWNER)
    with school:
        for deed in (
            lambda: original_url(dropped),
            lambda: renew_encoding(video=dropped, by=owner),
            lambda: retry_encoding(video=failed, by=owner),
        ):
            with pytest.raises(Conflict, match="deleted on 3 March 2026"):
                deed()


def test_the_settings_page_offers_the_choice(school: School) -> None:
    client = school.client(school.person(Role.OWNER))
    assert "Keep them for 30 days" in client.get(reverse("settings")).content.decode()
    filled = {"name": "S", "instructor_name": "I", "time_zone": "UTC", "brand_color": ""}
    assert client.post(reverse("settings"), filled | {"originals": "month"}).status_code == 302
    assert client.post(reverse("settings"), filled).status_code == 302, "a form without the field changes nothing"
    with school:
        assert Tenant.objects.get(pk=school.tenant.pk).originals == Originals.MONTH
    assert client.post(reverse("settings"), filled | {"originals": "never"}).status_code == 422
