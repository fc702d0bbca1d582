"""Students from a list: what will happen is shown first, then exactly that happens, or nothing."""

import re
import time
from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses.models import Course
from colonnade.enrollment.actions import Counts, counts_of, import_students, plan_import
from colonnade.enrollment.models import Enrollment, Invitation
from colonnade.enrollment.rosters import Entry, read_text
from colonnade.ops.models import Mail
from tests.factories import PASSWORD, School
from tests.fixtures import empty_the_queue

PATH = "/dashboard/students/import/"


@pytest.fixture
def staff(school: School) -> User:
    return school.person("assistant")


@pytest.fixture
def client(school: School, staff: User) -> Client:
    return school.client(staff)


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek")


def csv_file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("students.csv", text.encode(), content_type="text/csv")


def run_path(page: str) -> str:
    found = re.search(rf'action="({PATH}[^"]+)"', page)
    assert found, page
    return found[1]


def test_a_list_becomes_accounts_enrollments_and_letters(
    school: School, client: Client, course: Course, run_jobs: Callable[..., None]
) -> None:
    here = school.person(email="here@example.org", name="Here Before")
    text = "E-Mail,First name,Last name\nada@example.org,Ada,Lovelace\nhere@example.org,Other,Name\n"
    asked = {"file": csv_file(text), "courses": [course.pk], "invites": "on", "access_days": 30}
    page = client.post(PATH, asked).content.decode()
    for words in ("What will happen", "New account · comes into 1 course · is invited", "Has an account", "“Greek”"):
        assert words in page
    with school:
        assert not User.objects.filter(email="ada@example.org").exists()  # a dry run
    page = client.post(run_path(page), follow=True).content.decode()
    assert "Imported: 1 new account, 2 enrollments, 1 letter on its way." in page
    with school:
        ada = User.objects.get(email="ada@example.org")
        assert (ada.name, ada.role, ada.has_usable_password()) == ("Ada Lovelace", "student", False)
        here.refresh_from_db()
        assert here.name == "Here Before"
        assert all(each.source == "import" and each.expires_at for each in Enrollment.objects.all())
        assert AuditEntry.objects.get(action="students.imported").data["new"] == 1
    run_jobs()
    with school:
        (letter,) = Mail.objects.all()
    link = re.search(r"(/invitation/\S+/)", letter.text)
    assert link is not None
    response = school.client().post(link[1], {"name": "", "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == "/learn/"
    assert "Greek" in response.content.decode()
    with school:
        ada.refresh_from_db()
        assert (ada.name, ada.check_password(PASSWORD)) == ("Ada Lovelace", True)


def test_a_pasted_list_without_courses_or_letters_makes_accounts_alone(school: School, client: Client) -> None:
    page = client.post(PATH, {"text": "ada@example.org\nbob@example.org"}).content.decode()
    assert "2 new accounts, 0 enrollments." in client.post(run_path(page), follow=True).content.decode()
    with school:
        assert User.objects.filter(role="student").count() == 2
        assert not Invitation.objects.exists()


def test_one_mistake_stops_the_whole_list_and_is_told_by_its_line(
    school: School, client: Client, course: Course
) -> None:
    text = "Email,Name\nada@example.org,Ada\nnobody,Bob\n"
    response = client.post(PATH, {"file": csv_file(text), "courses": [course.pk]})
    page = response.content.decode()
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert '<td class="tabular-nums" data-label="Line">3</td>' in page
    assert "“nobody” is no e-mail address." in page
    assert "Import them" not in page


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Choose a file, or paste a list."),
        ({"text": "Name\nAda"}, "No column has e-mail addresses"),
        ({"text": "ada@example.org", "access_days": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_form_that_fails_says_why_and_keeps_what_was_pasted(
    client: Client, asked: dict[str, str], sentence: str
) -> None:
    response = client.post(PATH, asked)
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in response.content.decode()
    assert asked.get("text", "") in response.content.decode()


def test_a_list_waits_for_whoever_brought_it_alone_and_is_used_once(
    school: School, client: Client, course: Course
) -> None:
    page = client.post(PATH, {"text": "ada@example.org", "courses": [course.pk]}).content.decode()
    path, other = run_path(page), school.client(school.person("owner"))
    assert "Choose it again" in other.post(path, follow=True).content.decode()
    client.post(path)
    assert "Choose it again" in client.post(path, follow=True).content.decode()
    with school:
        assert Enrollment.objects.count() == 1


def test_names_are_shown_as_text(client: Client) -> None:
    page = client.post(PATH, {"text": "Email,Name\nada@example.org,<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page


def test_doing_it_again_changes_nothing_and_sends_nothing_again(
    school: School, staff: User, course: Course, run_jobs: Callable[..., None]
) -> None:
    entries = [Entry(1, "ada@example.org", "Ada"), Entry(2, "bob@example.org", "")]
    with school:
        first = import_students(entries=entries, courses=[course], invites=True, by=staff)
    run_jobs()
    with school:
        planned = plan_import(entries, [course], invites=True)
        assert counts_of(planned).new == counts_of(planned).enrolled == 0
        again = import_students(entries=entries, courses=[course], invites=True, by=staff)
    run_jobs()
    assert (first.new, first.enrolled, again.new, again.enrolled) == (2, 2, 0, 0)
    with school:
        assert Mail.objects.count() == Invitation.objects.count() == 2


def test_what_is_planned_is_what_is_done(school: School, staff: User, course: Course) -> None:
    other = school.course("Latin")
    inside, partly, shut_out = school.person(), school.person(), school.person()
    for user in (inside, partly):
        school.enroll(user, course)
    school.enroll(inside, other)
    lost = school.enroll(shut_out, course, revoked=True)
    lines = ["new@example.org", inside.email, partly.email, shut_out.email]
    entries = read_text("\n".join(lines)).entries
    with school:
        planned = counts_of(plan_import(entries, [course, other], invites=False))
        done = import_students(entries=entries, courses=[course, other], invites=False, by=staff)
        assert planned == Counts(new=1, enrolled=5, invited=0, unchanged=1)
        assert (done.new, done.enrolled, done.invited) == (1, 5, 0)
        lost.refresh_from_db()
        assert lost.is_active


def test_nothing_is_half_done(school: School, staff: User, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the last step fails")

    monkeypatch.setattr("colonnade.enrollment.actions.imports.record", broken)
    with pytest.raises(RuntimeError), school:
        import_students(entries=[Entry(1, "a@example.org", "")], courses=[course], invites=True, by=staff)
    with school:
        assert not User.objects.filter(role="student").exists()
        assert not Enrollment.objects.exists()
        assert not Invitation.objects.exists()


def test_ten_thousand_people_are_imported_in_a_request(school: School, client: Client, course: Course) -> None:
    text = "Email;Name\n" + "".join(f"person{number}@example.org;Person {number}\n" for number in range(10_000))
    began = time.monotonic()
    page = client.post(PATH, {"file": csv_file(text), "courses": [course.pk], "invites": "on"}).content.decode()
    assert "And 9900 more." in page
    page = client.post(run_path(page), follow=True).content.decode()
    assert "10,000 new accounts, 10,000 enrollments, 10,000 letters on their way." in page
    assert time.monotonic() - began < 30  # about 5 s alone
    empty_the_queue()  # the letters would keep the next test's worker busy


def test_another_schools_people_and_courses_stay_out_of_it(
    school: School, other_school: School, client: Client, staff: User
) -> None:
    there, foreign = other_school.person(email="ada@example.org"), other_school.course()
    page = client.post(PATH, {"text": "ada@example.org", "courses": [foreign.pk]})
    assert "This course is gone" in page.content.decode()
    with school:
        import_students(entries=[Entry(1, "ada@example.org", "Ada")], courses=[], invites=False, by=staff)
        assert User.objects.get(email="ada@example.org").pk != there.pk
