"""What the catalogue says of courses, how visitors choose by it, and who teaches."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from colonnade.accounts.models import ApiToken, Role, Scope, User
from colonnade.courses import actions
from colonnade.courses.models import Course, Profile
from colonnade.lib.objects import media
from colonnade.lib.problems import Invalid
from tests.courses.images import picture
from tests.factories import School

SAID: dict[str, Any] = {"category": "", "level": "", "language": "", "tags": [], "outcomes": [], "instructors": []}


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek")


@pytest.fixture
def browser(school: School, owner: User) -> Client:
    return school.client(owner)


def say(course: Course, by: User, **facts: Any) -> Course:
    return actions.describe_course(course=course, by=by, **(SAID | facts))


def test_what_is_typed_is_tidied_and_shown_to_visitors(school: School, course: Course, browser: Client) -> None:
    url = reverse("course-catalogue", args=[course.pk])
    fields = {
        "category": " Languages ", "level": "beginner", "language": "GER", "tags": "Greek, ancient,greek ,",
        "outcomes": "Read inscriptions\n\n Write  letters ",
    }  # fmt: skip
    assert browser.post(url, fields).status_code == 302
    with school:
        course.refresh_from_db()
    assert (course.category, course.level, course.language) == ("Languages", "beginner", "de")
    assert course.tags == ["greek", "ancient"]
    assert course.outcomes == ["Read inscriptions", "Write letters"]
    page = school.client().get(f"/courses/{course.slug}/").text
    for words in ("What you will learn", "Read inscriptions", "For beginners", "Deutsch", "ancient", "Languages"):
        assert words in page
    assert 'value="greek, ancient"' in browser.get(url).text


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"level": "expert"}, "no such level"),
        ({"language": "zz-nonsense-"}, "is no language"),
        ({"tags": [f"tag {n}" for n in range(13)]}, "room for 12"),
        ({"tags": ["x" * 41]}, "at most 40"),
        ({"outcomes": ["x" * 201]}, "at most 200"),
        ({"category": "x" * 61}, "at most 60"),
    ],
)
def test_what_cannot_be_is_told(school: School, course: Course, owner: User, facts: dict[str, Any], said: str) -> None:
    with school, pytest.raises(Invalid, match=said):
        say(course, owner, **facts)


def test_a_mistake_keeps_what_was_typed(school: School, course: Course, browser: Client) -> None:
    answer = browser.post(reverse("course-catalogue", args=[course.pk]), {"category": "Arts", "language": "blah blah"})
    assert answer.status_code == 422
    assert 'value="Arts"' in answer.text
    assert "is no language" in answer.text


def test_instructors_are_shown_by_their_profiles_and_are_staff(school: School, course: Course, owner: User) -> None:
    ada, student = school.person(Role.INSTRUCTOR, name="Ada"), school.person()
    with school:
        say(course, owner, instructors=[ada.pk, owner.pk])
        actions.edit_profile(name="Dr Ada L.", bio="Writes <b>programs</b>.", by=ada)
        with pytest.raises(Invalid, match="who work at the school"):
            say(course, owner, instructors=[student.pk])
    page = school.client().get(f"/courses/{course.slug}/").text
    assert page.index("Dr Ada L.") < page.index("A owner")
    assert "Writes &lt;b&gt;programs&lt;/b&gt;." in page


def test_a_portrait_is_a_square_anybody_may_see(school: School, course: Course) -> None:
    ada = school.person(Role.INSTRUCTOR, name="Ada")
    client = school.client(ada)
    file = _named(picture((800, 600)).read())
    answer = client.post("/dashboard/profile/", {"name": "Ada", "bio": "", "picture": file})
    assert answer.status_code == 302, answer.text
    with school:
        profile = Profile.objects.get(user=ada)
    shown = school.client().get(profile.picture_url)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/webp")
    with school:
        assert media().get(profile.picture) == shown.content
    bad = client.post("/dashboard/profile/", {"name": "Ada", "picture": _named(b"no picture")})
    assert bad.status_code == 422
    assert "not a picture" in bad.text


def _named(body: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.png", body, "image/png")


def shelf(school: School, owner: User) -> None:
    shelved: dict[str, dict[str, Any]] = {
        "Alpha": {"category": "Arts", "level": "beginner", "tags": ["clay"]},
        "Beta": {"category": "Arts", "level": "advanced", "language": "de"},
        "Gamma": {"category": "Maths", "level": "beginner", "language": "en"},
    }
    for title, facts in shelved.items():
        course = school.course(title)
        with school:
            say(course, owner, **facts)
    school.course("Draft", published=False)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("category=Arts", {"Alpha", "Beta"}),
        ("category=Arts&level=beginner", {"Alpha"}),
        ("language=en", {"Gamma"}),
        ("tag=clay", {"Alpha"}),
        ("category=Nothing", set()),
        ("q=gamm", {"Gamma"}),
        ("q=arts", {"Alpha", "Beta"}),
        ("q=arts&level=advanced", {"Beta"}),
        ("q=draft", set()),
        ("level=%27%22", set()),
    ],
)
def test_visitors_choose_courses(school: School, owner: User, query: str, titles: set[str]) -> None:
    shelf(school, owner)
    page = school.client().get(f"/courses/?{query}")
    assert page.status_code == 200
    found = {title for title in ("Alpha", "Beta", "Gamma", "Draft") if f">{title}</a>" in page.text}
    assert found == titles
    assert titles or "Nothing found" in page.text


def test_filters_offer_what_tells_courses_apart(school: School, owner: User) -> None:
    shelf(school, owner)
    page = school.client().get("/courses/").text
    for name in ("category", "level", "language"):
        assert f'data-testid="filter-{name}"' in page
    lonely = school.client().get("/courses/?category=Arts").text
    assert '<option value="Arts" selected>' in lonely


def test_the_list_says_how_many_study_without_asking_for_each(
    school: School, owner: User, course: Course, browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def counted() -> int:
        with django_assert_num_queries(60, exact=False) as queries:  # type: ignore[call-arg]
            assert browser.get("/dashboard/courses/").status_code == 200
        return len(queries)

    few = counted()
    for number in range(5):
        another = school.course()
        for _ in range(number):
            school.enroll(school.person(), another)
        school.enroll(school.person(), another, revoked=True)
    assert counted() == few
    page = browser.get("/dashboard/courses/").text
    assert "4 students" in page
    assert "1 student<" in page.replace("\n", "")


def test_the_api_lists_by_category_and_says_what_the_catalogue_does(school: School, owner: User) -> None:
    shelf(school, owner)
    secret = ApiToken.new_secret()
    with school:
        scopes = [Scope.COURSES_READ, Scope.COURSES_WRITE]
        ApiToken.objects.create(user=owner, name="t", secret_hash=ApiToken.hash_of(secret), scopes=scopes)
        gamma = Course.objects.get(title="Gamma")
    api = school.client(headers={"authorization": f"Bearer {secret}"})
    school.enroll(school.person(), gamma)

    def titles(query: str) -> list[str]:
        return [each["title"] for each in api.get(f"/api/v1/courses?{query}").json()["items"]]

    assert titles("published=true&category=Arts") == ["Beta", "Alpha"]
    assert titles("published=false") == ["Draft"]
    first = api.get("/api/v1/courses?published=true&limit=2").json()
    assert [each["student_count"] for each in first["items"]] == [1, 0]
    assert titles(f"published=true&limit=2&cursor={first['next_cursor']}") == ["Alpha"]
    said = {"category": "Science", "tags": ["Stars"], "instructor_ids": [str(owner.pk)]}
    answer = api.put(f"/api/v1/courses/{gamma.pk}/catalogue", said, content_type="application/json")
    assert answer.json()["tags"] == ["stars"]
    assert answer.json() == api.get(f"/api/v1/courses/{gamma.pk}/catalogue").json()
    assert (
        api.put("/api/v1/me/profile", {"name": "O", "bio": "B"}, content_type="application/json").json()["bio"] == "B"
    )
    assert api.get("/api/v1/me/profile").json()["name"] == "O"
