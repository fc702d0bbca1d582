"""The public pages as visitors, students, staff and machines see them."""

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from colonnade.accounts.models import Role
from colonnade.courses.models import Lecture, Section
from tests import factories
from tests.factories import School


def page(client: Client, path: str = "/", status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def data(html: str) -> dict[str, Any]:
    """The JSON-LD of a page."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert found
    read: dict[str, Any] = json.loads(found[1])
    return read


def test_a_visitor_sees_the_school_and_what_it_has_published() -> None:
    school = factories.school("Maria’s Kitchen", instructor_name="Maria Okafor")
    shown, draft = school.course("Bread from scratch", lectures=3), school.course("Not yet", published=False)
    html = page(school.client())
    assert "Maria’s Kitchen" in html
    assert "Taught by Maria Okafor" in html
    assert "Bread from scratch" in html
    assert f'href="/courses/{shown.slug}/"' in html
    assert "3 lectures · 3 min" in html
    assert draft.title not in html
    assert 'href="/redeem/"' in html
    assert 'href="/login/"' in html


def test_a_school_with_nothing_published_says_so_and_tells_its_staff_what_next(school: School) -> None:
    school.course(published=False)
    assert "The first course is on its way" in page(school.client())
    owner = page(school.client(school.person(Role.OWNER)))
    assert "Nothing published yet" in owner
    assert 'href="/dashboard/courses/"' in owner


def test_no_page_for_visitors_sets_a_cookie(school: School, platform: School) -> None:
    course = school.course()
    for client, path in [
        (school.client(), "/"),
        (school.client(), "/courses/"),
        (school.client(), f"/courses/{course.slug}/"),
        (school.client(), "/robots.txt"),
        (school.client(), "/sitemap.xml"),
        (platform.client(), "/"),
    ]:
        response = client.get(path)
        assert response.status_code == 200
        assert not response.cookies, path
        assert "csrf" not in response.content.decode()


def test_who_is_signed_in_gets_a_page_of_their_own_that_nobody_keeps(school: School) -> None:
    school.course()
    student = school.client(school.person(name="Amara"))
    response = student.get("/")
    assert response["Cache-Control"] == "private, no-cache"
    html = response.content.decode()
    assert "Welcome back, Amara" in html
    assert 'href="/learn/"' in html
    assert 'href="/login/"' not in html
    assert 'href="/dashboard/"' in page(school.client(school.person(Role.ASSISTANT)))


def test_a_course_page_shows_what_is_in_it() -> None:
    school = factories.school(instructor_name="Maria Okafor")
    course = school.course("Bread from scratch", lectures=2)
    with school:
        Section.objects.create(course=course, title="Still empty", position=2)
    html = page(school.client(), f"/courses/{course.slug}/")
    assert "Bread from scratch" in html
    assert "What you will learn." in html
    assert "Beginning" in html
    assert "Lecture 2" in html
    assert "1:00" in html
    assert "2 lectures · 2 min" in html
    assert "Still empty" not in html
    assert "You need an access code from Maria Okafor" in html
    assert f"/login/?next=/learn/{course.slug}/" in html


def test_a_course_page_offers_each_what_they_can_do(school: School) -> None:
    course = school.course()
    path = f"/courses/{course.slug}/"
    enrolled, shut_out, stranger = school.person(), school.person(), school.person()
    school.enroll(enrolled, course)
    school.enroll(shut_out, course, revoked=True)
    assert f'href="/learn/{course.slug}/" data-testid="continue-course"' in page(school.client(enrolled), path)
    for person in (shut_out, stranger):
        html = page(school.client(person), path)
        assert "continue-course" not in html
        assert 'data-testid="redeem-link"' in html
        assert "Already enrolled?" not in html
    assert "This is what visitors see" in page(school.client(school.person(Role.INSTRUCTOR)), path)


def test_a_draft_is_not_found_whoever_asks(school: School) -> None:
    draft = school.course(published=False)
    for client in (school.client(), school.client(school.person()), school.client(school.person(Role.OWNER))):
        page(client, f"/courses/{draft.slug}/", 404)


def test_another_schools_course_is_not_found(school: School, other_school: School) -> None:
    foreign = other_school.course("Theirs")
    page(school.client(), f"/courses/{foreign.slug}/", 404)
    for path in ("/", "/courses/", "/sitemap.xml"):
        html = page(school.client(), path)
        assert "Theirs" not in html
        assert foreign.slug not in html


def test_what_people_write_stays_text() -> None:
    evil = "</script><script>alert(1)</script><b>&"
    school = factories.school(evil, instructor_name=evil)
    course = school.course(evil)
    with school:
        course.description = evil
        course.save()
        Section.objects.update(title=evil)
        Lecture.objects.update(title=evil)
    for path in ("/", "/courses/", f"/courses/{course.slug}/"):
        html = page(school.client(), path)
        assert "<script>alert" not in html
        assert "<b>&" not in html
        assert "&lt;script&gt;alert(1)" in html
    assert data(page(school.client(), f"/courses/{course.slug}/"))["name"] == evil


def test_search_engines_and_previews_are_told(school: School) -> None:
    course = school.course("Bread", lectures=2)
    html = page(school.client(), f"/courses/{course.slug}/")
    address = school.tenant.url(f"/courses/{course.slug}/")
    assert f'<link rel="canonical" href="{address}">' in html
    assert f'<meta property="og:url" content="{address}">' in html
    assert '<meta property="og:title" content="Bread">' in html
    assert '<meta name="description" content="What you will learn.">' in html
    told = data(html)
    assert (told["@type"], told["name"], told["url"]) == ("Course", "Bread", address)
    assert told["hasCourseInstance"]["courseWorkload"] == "PT2M"
    assert data(page(school.client()))["@type"] == "EducationalOrganization"


def test_the_sitemap_names_the_published_and_robots_names_the_sitemap(school: School) -> None:
    course, draft = school.course(), school.course(published=False)
    sitemap = ElementTree.fromstring(page(school.client(), "/sitemap.xml"))
    addresses = [found.text for found in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert addresses == [school.tenant.url("/"), school.tenant.url(f"/courses/{course.slug}/")]
    assert draft.slug not in str(addresses)
    robots = page(school.client(), "/robots.txt")
    assert f"Sitemap: {school.tenant.url('/sitemap.xml')}" in robots
    assert "Disallow: /dashboard/" in robots


def test_the_catalogue_has_pages_that_are_paths(school: School) -> None:
    for number in range(26):
        school.course(f"Course number {number:02}")
    home = page(school.client())
    assert home.count('<article class="course-card"') == 12
    assert "All courses" in home
    first, second = page(school.client(), "/courses/"), page(school.client(), "/courses/page/2/")
    assert (first.count('<article class="course-card"'), second.count('<article class="course-card"')) == (24, 2)
    assert 'rel="next" href="/courses/page/2/"' in first
    assert 'rel="prev" href="/courses/"' in second
    assert "Course number 25" in first
    assert "Course number 00" in second
    for number in (0, 3, 99):
        page(school.client(), f"/courses/page/{number}/", 404)


def test_the_platforms_page_sells_the_plans(platform: School) -> None:
    html = page(platform.client())
    assert platform.tenant.name in html
    for words in ("$0", "$29", "$99", "5 courses", "2 hours of video", "Your own domain", "White-label"):
        assert words in html
    assert html.count('href="/signup/"') >= 5
    creator = page(platform.client(platform.person(Role.CREATOR)))
    assert 'href="/schools/"' in creator
    assert "/courses/" not in page(platform.client(), "/sitemap.xml")
    page(platform.client(), "/courses/", 404)


@pytest.mark.parametrize("path", ["/", "/courses/", "/courses/{slug}/"])
def test_pages_read_as_often_for_many_as_for_few(school: School, path: str) -> None:
    course = school.course(lectures=2)
    path = path.format(slug=course.slug)
    page(school.client(), path)  # the host is known
    with CaptureQueriesContext(connection) as few:
        page(school.client(), path)
    for _ in range(6):
        school.course(lectures=5)
    with school:
        for number in range(2, 9):
            section = Section.objects.create(course=course, title=f"Section {number}", position=number)
            for lecture in range(4):
                Lecture.objects.create(
                    course=course, section=section, title="More", position=lecture, video=school.video()
                )
    with CaptureQueriesContext(connection) as many:
        page(school.client(), path)
    assert len(few) == len(many) <= 10


def test_only_reading_is_allowed(school: School) -> None:
    assert school.client().post("/").status_code == 405
    assert school.client().head("/").status_code == 200
