"""A free course is open to whoever likes: from its public page over the sign-up to the first lecture in one flow."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.enrollment.actions import revoke_enrollment, set_admission, start_free_course
from colonnade.enrollment.models import Admission, Enrollment
from colonnade.enrollment.refusals import AccessTakenBack, AlreadyEnrolled
from colonnade.lib.problems import NotFound
from tests.factories import PASSWORD, School, unique


@pytest.fixture
def staff(school: School) -> User:
    return school.person("instructor")


@pytest.fixture
def free(school: School, staff: User) -> Course:
    course = school.course("Greek")
    with school:
        set_admission(course=course, is_free=True, access_days=None, by=staff)
    return course


def test_a_stranger_starts_a_free_course_over_the_sign_up_in_one_flow(school: School, free: Course) -> None:
    client, email = school.client(), f"{unique('new')}@example.org"
    page = client.get(f"/courses/{free.slug}/").content.decode()
    assert "This course is free." in page
    assert f'href="/start/{free.slug}/"' in page
    signup = client.get(f"/start/{free.slug}/")["Location"]
    assert signup == "/signup/?next=%2Fstart%2F"
    response = client.post(signup, {"email": email, "password1": PASSWORD, "next": "/start/"}, follow=True)
    assert response.redirect_chain[-1][0] == f"/learn/{free.slug}/"
    assert "Welcome to “Greek”." in response.content.decode()
    with school:
        enrollment = Enrollment.objects.get(user__email=email)
        assert (enrollment.source, enrollment.expires_at) == ("free", None)


def test_who_is_signed_in_starts_with_a_click_and_following_a_link_does_nothing(school: School, free: Course) -> None:
    client, path = school.client(school.person()), f"/start/{free.slug}/"
    assert f'action="{path}"' in client.get(f"/courses/{free.slug}/").content.decode()
    assert "Start learning" in client.get(path).content.decode()
    with school:
        assert not Enrollment.objects.exists()
    assert client.post(path)["Location"] == f"/learn/{free.slug}/"
    assert client.post(path)["Location"] == f"/learn/{free.slug}/"  # a second click changes nothing
    with school:
        assert Enrollment.objects.count() == 1


def test_the_closed_door_of_a_free_course_offers_to_start_it(school: School, free: Course) -> None:
    page = school.client(school.person()).get(f"/learn/{free.slug}/")
    assert page.status_code == HTTPStatus.FORBIDDEN
    assert f'href="/start/{free.slug}/"' in page.content.decode()


def test_courses_that_are_not_free_or_not_published_have_no_such_door(school: School, staff: User) -> None:
    closed, draft = school.course(), school.course(published=False)
    client = school.client(school.person())
    with school:
        set_admission(course=draft, is_free=True, access_days=None, by=staff)
        with pytest.raises(NotFound):
            start_free_course(course=draft, by=staff)
    for course in (closed, draft):
        assert client.get(f"/start/{course.slug}/").status_code == HTTPStatus.NOT_FOUND
        assert client.post(f"/start/{course.slug}/").status_code == HTTPStatus.NOT_FOUND


def test_who_was_shut_out_or_whose_time_is_over_does_not_come_back_by_the_free_door(
    school: School, free: Course, staff: User
) -> None:
    shut_out, late = school.person(), school.person()
    with school:
        revoke_enrollment(enrollment=start_free_course(course=free, by=shut_out), by=staff)
        with pytest.raises(AccessTakenBack, match="taken back by the school"):
            start_free_course(course=free, by=shut_out)
        set_admission(course=free, is_free=True, access_days=7, by=staff)
        enrollment = start_free_course(course=free, by=late)
        with pytest.raises(AlreadyEnrolled):
            start_free_course(course=free, by=late)
        Enrollment.objects.filter(pk=enrollment.pk).update(
            created_at=timezone.now() - timedelta(days=8), expires_at=timezone.now() - timedelta(days=1)
        )
        with pytest.raises(AccessTakenBack, match="ended on"):
            start_free_course(course=free, by=late)
    assert "ask your school" in school.client(late).post(f"/start/{free.slug}/").content.decode()


def test_staff_set_the_terms_on_a_page_and_visitors_see_it(school: School, staff: User) -> None:
    course, client = school.course("Latin"), school.client(staff)
    path = f"/dashboard/courses/{course.pk}/admission/"
    assert "Getting in" in client.get(f"/dashboard/courses/{course.pk}/").content.decode()
    assert client.post(path, {"is_free": "on", "access_days": "30"}).status_code == HTTPStatus.FOUND
    page = client.get(path).content.decode()
    assert 'value="30"' in page
    assert "checked" in page
    assert "This course is free." in school.client().get(f"/courses/{course.slug}/").content.decode()
    refused = client.post(path, {"access_days": "0"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    client.post(path, {"access_days": ""})
    with school:
        admission = Admission.objects.get()
        assert (admission.free_since, admission.free_by_id, admission.access_days) == (None, None, None)
    assert "You need an access code" in school.client().get(f"/courses/{course.slug}/").content.decode()
