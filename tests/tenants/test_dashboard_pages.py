"""The owner's pages: the log and the settings."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from colonnade.accounts.models import Role, User
from colonnade.audit.models import AuditEntry, record
from colonnade.lib.tenancy import across_tenants
from colonnade.tenants.models import Tenant, tenant_of_host
from tests.factories import School


@pytest.fixture
def owner(school: School) -> User:
    return school.person(Role.OWNER, name="Olive Owner")


def deeds(school: School, by: User, count: int, action: str = "course.published") -> None:
    with school:
        for _ in range(count):
            record(action, by, by=by, number=_)


def rows(page: str) -> int:
    return page.count("<time ")


def test_the_log_says_who_did_what(school: School, other_school: School, owner: User) -> None:
    deeds(school, owner, 1)
    deeds(other_school, other_school.person(), 1, "course.deleted")
    page = school.client(owner).get("/dashboard/activity/").content.decode()
    assert "Course published" in page
    assert owner.email in page
    assert "Course deleted" not in page, "another school's deeds are not in it"


def test_the_log_is_paged_newest_first_without_gaps(school: School, owner: User) -> None:
    deeds(school, owner, 120)
    client = school.client(owner)
    address, numbers = "/dashboard/activity/", []
    while address:
        page = client.get(address).content.decode()
        numbers += [int(number) for number in re.findall(r"number: (\d+)", page)]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/dashboard/activity/{following[1]}" if following else ""
    assert numbers == list(range(119, -1, -1))


def test_the_log_is_filtered_by_deed_and_person(school: School, owner: User) -> None:
    assistant = school.person(Role.ASSISTANT)
    deeds(school, owner, 2)
    deeds(school, assistant, 3, "code.revoked")
    client = school.client(owner)

    def found(**query: str) -> int:
        return rows(client.get("/dashboard/activity/", query).content.decode())

    assert found() == 5
    assert found(action="code.revoked") == 3
    assert found(person=str(owner.pk)) == 2
    assert found(person=str(owner.pk), action="code.revoked") == 0
    assert client.get("/dashboard/activity/", {"person": "no-uuid"}).status_code == 422
    assert client.get("/dashboard/activity/", {"cursor": "???"}).status_code == 422


def test_an_empty_log_says_so(school: School, owner: User) -> None:
    assert "Nothing has happened yet" in school.client(owner).get("/dashboard/activity/").content.decode()


def test_the_log_costs_the_same_however_long_it_is(school: School, owner: User) -> None:
    client = school.client(owner)
    counts = []
    for more in (1, 60):
        deeds(school, owner, more)
        with CaptureQueriesContext(connection) as queries:
            client.get("/dashboard/activity/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.ASSISTANT, Role.STUDENT])
def test_log_and_settings_are_the_owners(school: School, role: str) -> None:
    client = school.client(school.person(role))
    for path in ("/dashboard/activity/", "/dashboard/settings/"):
        assert client.get(path).status_code == 403


def settings_of(**changes: str) -> dict[str, str]:
    return {
        "name": "School of Thought", "instructor_name": "Olive", "brand_color": "#7C3AED",
        "time_zone": "Europe/Berlin", **changes,
    }  # fmt: skip


def test_settings_are_seen_at_once_and_recorded_once(school: School, owner: User) -> None:
    client = school.client(owner)
    assert client.get("/dashboard/settings/").status_code == 200
    before = school.tenant.public_version
    assert client.post("/dashboard/settings/", settings_of()).status_code == 302
    page = client.get("/dashboard/settings/").content.decode()
    assert "School of Thought" in page
    assert "--brand: #7c3aed; --brand-content: #ffffff" in page
    remembered = tenant_of_host(school.host)
    assert remembered
    assert remembered.name == "School of Thought"
    assert across_tenants(Tenant).get(pk=school.tenant.pk).public_version == before + 1
    client.post("/dashboard/settings/", settings_of())
    with school:
        entry = AuditEntry.objects.get(action="school.changed")
        assert entry.data["brand_color"] == "#7c3aed"


def test_times_are_told_in_the_schools_zone(school: School, owner: User) -> None:
    client = school.client(owner)
    client.post("/dashboard/settings/", settings_of(time_zone="Asia/Kathmandu"))
    assert "+05:45" in client.get("/dashboard/activity/").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("brand_color", "red", "Write the colour as"),
        ("brand_color", "#12345", "Write the colour as"),
        ("time_zone", "Mars/Olympus", "Select a valid choice"),
        ("name", "", "required"),
    ],
)
def test_what_cannot_be_is_refused_and_kept(school: School, owner: User, field: str, value: str, sentence: str) -> None:
    response = school.client(owner).post("/dashboard/settings/", settings_of(**{field: value}))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    with school:
        assert Tenant.objects.get().name == school.tenant.name


def test_each_role_sees_its_own_places(school: School, platform: School, owner: User) -> None:
    def places(place: School, user: User, path: str = "/account/") -> list[str]:
        page = place.client(user).get(path).content.decode()
        nav = re.search(r'<nav[^>]*aria-label="Main".*?</nav>', page, re.DOTALL)
        assert nav
        return re.findall(r"<a [^>]*>(?:<svg.*?</svg>)?\s*([^<]+?)\s*</a>", nav[0], re.DOTALL)

    assert places(school, owner) == ["Home", "Courses", "Codes", "Students", "Search", "Activity", "Settings"]
    assert places(school, school.person(Role.INSTRUCTOR)) == ["Home", "Courses", "Codes", "Students", "Search"]
    assert places(school, school.person(Role.ASSISTANT)) == ["Home", "Courses", "Codes", "Students", "Search"]
    assert places(school, school.person()) == ["My courses", "Search"]
    assert places(platform, platform.person(Role.CREATOR)) == ["Your schools"]


def test_the_place_one_is_at_is_marked(school: School, owner: User) -> None:
    page = school.client(owner).get("/dashboard/settings/").content.decode()
    assert re.findall(r'href="([^"]+)" aria-current="page"', page).count("/dashboard/settings/") >= 1
    assert 'href="/dashboard/" aria-current="page"' not in page
