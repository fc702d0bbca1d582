"""What the lecture's page tells the player, and what the player tells beside what was watched."""

import json
import logging
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from colonnade.accounts.models import Role
from colonnade.courses.models import Course, Lecture
from colonnade.lib.tenancy import naming_tenant
from colonnade.tenants.actions import change_school
from colonnade.videos.playback.address import tag_of
from colonnade.videos.playback.places import take, whose_place
from tests.factories import School

REPORT = {"code": "fragLoadError", "position": 12.5, "height": 720}


@pytest.fixture
def course(school: School) -> Course:
    return school.course()


@pytest.fixture
def lecture(school: School, course: Course) -> Lecture:
    with school:
        return Lecture.objects.get(course=course)


def config(client: Client, course: Course, lecture: Lecture) -> dict[str, Any]:
    page = client.get(f"/learn/{course.slug}/{lecture.pk}/")
    assert page.status_code == 200
    return dict(page.context["player"])


def mark(school: School) -> None:
    owner = school.person(Role.OWNER)
    with school:
        change_school(
            tenant=school.tenant, name="A school", instructor_name="Somebody", brand_color="", time_zone="UTC",
            watermark=True, by=owner,
        )  # fmt: skip


def test_the_viewer_is_named_in_the_picture_where_the_school_wants_it(
    school: School, course: Course, lecture: Lecture
) -> None:
    student = school.person(name="Ann Example", email="ann@example.org")
    school.enroll(student, course)
    client = school.client(student)
    assert config(client, course, lecture)["watermark"] is None
    mark(school)
    assert config(client, course, lecture)["watermark"] == "Ann Example · ann@example.org"


def test_the_owner_turns_the_watermark_on(school: School) -> None:
    client = school.client(school.person(Role.OWNER))
    form = {"name": "A school", "instructor_name": "Somebody", "brand_color": "", "time_zone": "UTC"}
    assert client.post("/dashboard/settings/", form | {"watermark": "on"}).status_code == 302
    page = client.get("/dashboard/settings/").content.decode()
    assert 'name="watermark"' in page
    assert page.partition('name="watermark"')[2].partition(">")[0].count("checked") == 1


def test_the_page_opens_the_way_to_the_store_early(
    school: School, course: Course, lecture: Lecture, settings: Settings
) -> None:
    client = school.client(school.person(Role.OWNER))
    page = client.get(f"/learn/{course.slug}/{lecture.pk}/")
    assert f'rel="preconnect" href="{django_settings.S3_PUBLIC_URL}"' in page.content.decode()
    assert django_settings.S3_PUBLIC_URL in page.headers["Content-Security-Policy"].partition("connect-src")[2]
    settings.PLAYBACK_REDIRECTS = False
    assert "preconnect" not in client.get(f"/learn/{course.slug}/{lecture.pk}/").content.decode()


def test_pausing_frees_the_place_of_this_browser(school: School, course: Course, lecture: Lecture) -> None:
    student = school.person()
    school.enroll(student, course)
    client = school.client(student)
    where = config(client, course, lecture)
    tag, now = tag_of(student.pk), 1_000_000.0
    granted = f"watch:{tag.hex()}:{lecture.video_id}"
    own = whose_place({"HTTP_COOKIE": f"sessionid={client.cookies['sessionid'].value}"})
    with naming_tenant(school.tenant.pk):
        for whose in (own, "another", "a third"):
            assert take(tag, granted=granted, withdrawn="-", whose=whose, now=now)
        assert client.delete(where["stream_url"]).status_code == 204
        assert take(tag, granted=granted, withdrawn="-", whose="a fourth", now=now)


def test_staff_have_no_places(school: School, course: Course, lecture: Lecture) -> None:
    client = school.client(school.person(Role.INSTRUCTOR))
    assert config(client, course, lecture)["stream_url"] is None


def test_what_could_not_be_played_is_logged_and_counted(
    school: School, course: Course, lecture: Lecture, caplog: pytest.LogCaptureFixture
) -> None:
    student = school.person()
    school.enroll(student, course)
    client = school.client(student)
    url = config(client, course, lecture)["report_url"]
    with caplog.at_level(logging.WARNING, "colonnade.learning"):
        for _ in range(2):
            assert client.post(url, json.dumps(REPORT), content_type="application/json").status_code == 204
    told = [record.getMessage() for record in caplog.records if "A player met" in record.getMessage()]
    assert "fragLoadError" in told[0]
    assert str(lecture.pk) in told[0]
    assert "number 1 of today" in told[0]
    assert "number 2 of today" in told[1]
    assert student.email not in "".join(told)


@pytest.mark.parametrize(
    "wrong",
    [{"code": "a\nline"}, {"code": ""}, {"position": -1}, {"position": "NaN"}, {"height": 1.5}, {"code": "x" * 61}],
)
def test_a_report_that_is_none_is_refused(
    school: School, course: Course, lecture: Lecture, wrong: dict[str, Any]
) -> None:
    client = school.client(school.person(Role.OWNER))
    url = config(client, course, lecture)["report_url"]
    body = json.dumps(REPORT | wrong)
    assert (
        client.post(url, body, content_type="application/json", headers={"accept": "application/json"}).status_code
        == 422
    )


def test_nobody_floods_the_log(school: School, course: Course, lecture: Lecture) -> None:
    client = school.client(school.person(Role.OWNER))
    url = config(client, course, lecture)["report_url"]
    answers = [client.post(url, json.dumps(REPORT), content_type="application/json").status_code for _ in range(21)]
    assert answers == [204] * 20 + [429]
