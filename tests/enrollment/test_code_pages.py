"""Batches of codes in the dashboard."""

import csv
import time
from datetime import timedelta
from http import HTTPStatus
from io import StringIO
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.enrollment import codes
from colonnade.enrollment.actions import make_codes, redeem
from colonnade.enrollment.models import AccessCode, CodeBatch
from colonnade.enrollment.sheets import cell
from colonnade.tenants.models import forget_host
from tests.factories import School


@pytest.fixture
def staff(school: School) -> User:
    return school.person("assistant")


@pytest.fixture
def client(school: School, staff: User) -> Client:
    return school.client(staff)


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek")


def asked(chosen: Course, **changed: Any) -> dict[str, Any]:
    last_day = (timezone.now() + timedelta(days=5)).date().isoformat()
    return {"courses": [chosen.pk], "quantity": 3, "seats": 1, "label": "Spring", "last_day": last_day, **changed}


def make(client: Client, course: Course, **changed: Any) -> str:
    """The address of a batch just made."""
    response = client.post("/dashboard/codes/new/", asked(course, **changed))
    assert response.status_code == HTTPStatus.FOUND, response.content
    return str(response["Location"])


def csv_rows(client: Client, batch: str) -> list[dict[str, str]]:
    response = client.get(f"{batch}codes.csv")
    assert response["Content-Type"].startswith("text/csv")
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]
    return list(csv.DictReader(StringIO(response.getvalue().decode("utf-8-sig"))))


def test_an_empty_list_offers_the_first_step(school: School, client: Client) -> None:
    assert "First a course, then its codes" in client.get("/dashboard/codes/").content.decode()
    school.course()
    page = client.get("/dashboard/codes/").content.decode()
    assert "No codes yet" in page
    assert 'href="/dashboard/codes/new/"' in page


def test_codes_are_shown_whole_right_after_they_are_made(school: School, client: Client, course: Course) -> None:
    batch = make(client, course)
    response = client.get(batch)
    page = response.content.decode()
    assert "no-store" in response["Cache-Control"]
    with school:
        hints = list(AccessCode.objects.order_by("id").values_list("hint", flat=True))
    shown = [row["Code"] for row in csv_rows(client, batch)]
    assert [code[:4] for code in shown] == hints
    assert all(codes.read(code) and code in page for code in shown)
    assert "\n".join(shown) in page  # the button that copies all


def test_the_file_has_a_link_that_redeems_each_code(school: School, client: Client, course: Course) -> None:
    row = csv_rows(client, make(client, course))[0]
    assert row["Link"] == f"http://{school.host}/redeem/{row['Code']}/"
    assert (row["Courses"], row["Label"], row["State"]) == ("Greek", "Spring", "Unused")


def test_codes_are_not_shown_again_without_the_makers_cookie(school: School, client: Client, course: Course) -> None:
    batch = make(client, course)
    whole = [row["Code"] for row in csv_rows(client, batch)]
    cookie = client.cookies["seed"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (batch, True, "Strict", 600)
    del client.cookies["seed"]
    page = client.get(batch).content.decode()
    assert not any(code in page for code in whole)
    assert [row["Code"] for row in csv_rows(client, batch)] == [f"{code[:4]}-····-····-·" for code in whole]
    assert all(row["Link"] == "" for row in csv_rows(client, batch))


def test_the_makers_cookie_shows_nothing_to_somebody_else(school: School, client: Client, course: Course) -> None:
    batch = make(client, course)
    other = school.client(school.person("owner"))
    other.cookies["seed"] = client.cookies["seed"].value
    assert "····" in other.get(batch).content.decode()


def test_the_cookie_of_one_batch_shows_no_other(client: Client, course: Course) -> None:
    first = make(client, course)
    kept = client.cookies["seed"].value
    second = make(client, course)
    client.cookies.clear()
    client.cookies["seed"] = kept
    for batch in (first, second):
        response = client.get(batch)
        assert response.status_code in (HTTPStatus.OK, HTTPStatus.FOUND)
        assert not response.context or not response.context["is_shown"] or batch == first


def test_the_cookie_ends_after_ten_minutes(client: Client, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = make(client, course)
    later = time.time() + 601
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert "····" in client.get(batch).content.decode()


def test_codes_are_good_through_their_last_day_in_the_schools_time(school: School, client: Client) -> None:
    course = school.course()
    with school:
        school.tenant.time_zone = "Pacific/Auckland"
        school.tenant.save()
        forget_host(school.host)
    make(client, course, last_day="2030-01-15")
    with school:
        expires = CodeBatch.objects.get().expires_at
    assert expires.isoformat() == "2030-01-15T11:00:00+00:00"  # midnight after it, in Auckland
    assert "15 January 2030" in client.get("/dashboard/codes/").content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"quantity": 0}, "greater than or equal to 1"),
        ({"quantity": 100_001}, "less than or equal to 100000"),
        ({"quantity": "many"}, "whole number"),
        ({"last_day": "2020-01-01"}, "This day is over"),
        ({"last_day": "9999-12-31"}, "within the next ten years"),
        ({"last_day": "soon"}, "year-month-day"),
        ({"seats": 0}, "greater than or equal to 1"),
        ({"access_days": 0}, "greater than or equal to 1"),
        ({"first_day": "2039-01-01"}, "before the first day"),
        ({"courses": []}, "Choose at least one course."),
        ({"label": "x" * 121}, "at most 120 characters"),
    ],
)
def test_a_form_that_fails_says_why_and_keeps_what_was_typed(
    client: Client, course: Course, changed: dict[str, Any], sentence: str
) -> None:
    response = client.post("/dashboard/codes/new/", asked(course, **{"label": "Kept", **changed}))
    page = response.content.decode()
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in page
    assert ("Kept" if "label" not in changed else "x" * 121) in page


def test_another_schools_course_is_no_choice(school: School, other_school: School, client: Client) -> None:
    foreign = other_school.course("Foreign")
    assert "Foreign" not in client.get("/dashboard/codes/new/").content.decode()
    response = client.post("/dashboard/codes/new/", asked(foreign))
    assert "This course is gone" in response.content.decode()


def test_another_schools_batch_is_not_found(school: School, other_school: School, client: Client) -> None:
    foreign, maker = other_school.course(), other_school.person("owner")
    with other_school:
        batch, _ = make_codes(courses=[foreign], quantity=1, by=maker)
        code = AccessCode.objects.get()
    path = f"/dashboard/codes/{batch.pk}/"
    assert client.get(path).status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{path}codes.csv").status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"{path}revocation/").status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"{path}{code.pk}/revocation/").status_code == HTTPStatus.NOT_FOUND
    with other_school:
        assert AccessCode.objects.with_seats().count() == 1


def test_students_have_no_way_in(school: School, course: Course) -> None:
    client = school.client(school.person())
    for path in ("/dashboard/codes/", "/dashboard/codes/new/"):
        assert client.get(path).status_code == HTTPStatus.FORBIDDEN


def test_the_list_tells_who_redeemed_what_and_when(school: School, client: Client, staff: User, course: Course) -> None:
    student = school.person(name="Ada Lovelace")
    with school:
        batch, plain = make_codes(courses=[course], quantity=2, by=staff)
        redeem(text=plain[1], by=student)
    page = client.get(f"/dashboard/codes/{batch.pk}/").content.decode()
    assert "Ada Lovelace" in page
    assert f"/dashboard/students/{student.pk}/" in page
    unused, used = csv_rows(client, f"/dashboard/codes/{batch.pk}/")
    assert (unused["State"], used["State"], used["Redeemed by"]) == ("Unused", "Redeemed", student.email)
    assert used["Redeemed"]
    assert "1 of 2" in client.get("/dashboard/codes/").content.decode()


def test_one_code_or_all_are_revoked_after_a_question(
    school: School, client: Client, staff: User, course: Course
) -> None:
    with school:
        batch, _ = make_codes(courses=[course], quantity=3, by=staff)
        first = AccessCode.objects.order_by("id")[0]
    path = f"/dashboard/codes/{batch.pk}/"
    page = client.get(path).content.decode()
    assert "3 unused seats?" in page
    assert f"Revoke the code {first.hint}" in page
    page = client.post(f"{path}{first.pk}/revocation/", {"page": "1"}, follow=True).content.decode()
    assert f"Code …{first.hint} is revoked." in page
    assert "2 codes are revoked." in client.post(f"{path}revocation/", follow=True).content.decode()
    assert "is revoked already" in client.post(f"{path}{first.pk}/revocation/", follow=True).content.decode()
    assert "No code of this batch is left" in client.post(f"{path}revocation/", follow=True).content.decode()
    assert "Revoked" in client.get("/dashboard/codes/").content.decode()


def test_labels_and_titles_are_shown_as_text(school: School, client: Client) -> None:
    course = school.course("<script>alert(1)</script>")
    batch = make(client, course, label='"><img src=x onerror=alert(2)>')
    for path in ("/dashboard/codes/", batch, "/dashboard/codes/new/"):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_a_spreadsheet_takes_no_label_for_a_formula(client: Client, course: Course, text: str) -> None:
    assert cell(text) == f"'{text}"


def test_a_label_that_is_a_formula_is_harmless_in_the_file(client: Client, course: Course) -> None:
    assert csv_rows(client, make(client, course, label="=cmd|' /C calc'!A0"))[0]["Label"] == "'=cmd|' /C calc'!A0"


def test_the_lists_ask_as_much_of_the_database_for_many_rows_as_for_few(
    school: School, client: Client, staff: User, course: Course, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    student = school.person()

    def counted(path: str) -> int:
        with django_assert_num_queries(100, exact=False) as queries:  # type: ignore[call-arg]
            client.get(path)
        return len(queries)

    with school:
        batch, plain = make_codes(courses=[course], quantity=40, by=staff)
        redeem(text=plain[0], by=student)
    path = f"/dashboard/codes/{batch.pk}/"
    few = counted("/dashboard/codes/"), counted(path)
    for _ in range(5):
        school.enroll(school.person(), school.course())
    with school:
        for number, reader in enumerate(User.objects.filter(role="student").exclude(pk=student.pk), 1):
            make_codes(courses=[course], quantity=2, by=staff)
            redeem(text=plain[number], by=reader)
    assert (counted("/dashboard/codes/"), counted(path)) == few


def test_a_batch_of_thousands_is_shown_and_downloaded_as_whole_codes(client: Client, course: Course) -> None:
    batch = make(client, course, quantity=4_500)
    began = time.monotonic()
    rows = csv_rows(client, batch)
    assert time.monotonic() - began < 5  # 100,000 take about 3 s alone
    assert len({row["Code"] for row in rows}) == 4_500
    assert all(codes.read(row["Code"]) for row in rows)
    assert [row["Number"] for row in rows[:2]] == ["1", "2"]
    page = client.get(f"{batch}?page=90").content.decode()
    assert rows[-1]["Code"] in page
    assert f'href="{batch}cards.pdf?from=4001"' in page


def test_codes_for_a_class_show_their_seats_dates_and_note(school: School, client: Client, course: Course) -> None:
    first = (timezone.now() + timedelta(days=2)).date()
    batch = make(
        client, course, courses=[course.pk, school.course("Latin").pk], seats=30, note="For Ms Frizzle",
        first_day=first.isoformat(), access_days=90,
    )  # fmt: skip
    page = client.get(batch).content.decode()
    day = f"good from {first.day} {first:%B}"
    for words in ("“Greek”, “Latin”", "30 seats each", "For Ms Frizzle", day, "90 days"):
        assert words in page
    assert "Not yet good" in client.get("/dashboard/codes/").content.decode()


def test_the_log_tells_every_use_page_by_page_and_as_a_file(
    school: School, client: Client, staff: User, course: Course, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = [school.person(name=f"=Reader {number}") for number in range(52)]
    with school:
        batch, (text,) = make_codes(courses=[course], quantity=1, seats=60, label="Class", by=staff)
        for reader in people:
            redeem(text=text, by=reader)
    path = f"/dashboard/codes/{batch.pk}/log/"
    page = client.get(path).content.decode()
    assert "Reader 51" in page
    assert "Reader 1<" not in page
    assert "Reader 0" in client.get(f"{path}?page=2").content.decode()
    assert "Class" in client.get("/dashboard/codes/log/").content.decode()
    with django_assert_num_queries(10):
        client.get("/dashboard/codes/log/")
    for file in (f"{path[:-1]}.csv", "/dashboard/codes/log.csv"):
        rows = list(csv.DictReader(StringIO(client.get(file).getvalue().decode("utf-8-sig"))))
        assert len(rows) == 52
        assert (rows[0]["Name"], rows[0]["E-mail"]) == ("'=Reader 51", people[51].email)


def test_the_log_is_empty_with_a_first_step(client: Client) -> None:
    assert "Nobody has redeemed a code yet" in client.get("/dashboard/codes/log/").content.decode()


def test_cards_carry_each_code_and_a_qr_of_its_link(school: School, client: Client) -> None:
    batch = make(client, school.course("Greek #let me [in] Ελληνικά"), quantity=12, label="*")
    whole = [row["Code"] for row in csv_rows(client, batch)]
    response = client.get(f"{batch}cards.pdf")
    assert response["Content-Type"] == "application/pdf"
    pages = pypdfium2.PdfDocument(response.content)
    assert len(pages) == 2  # ten a page
    text = "".join(page.get_textpage().get_text_bounded() for page in pages)
    assert all(code in text for code in whole)
    assert "Greek #let me [in] Ελληνικά" in " ".join(text.split())
    read = [found.text for page in pages for found in zxingcpp.read_barcodes(page.render(scale=3).to_pil())]
    assert sorted(read) == sorted(f"http://{school.host}/redeem/{code}/" for code in whole)


def test_cards_go_with_the_codes(school: School, client: Client, course: Course) -> None:
    batch = make(client, course)
    assert client.get(f"{batch}cards.pdf?from=4").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.get(f"{batch}cards.pdf?from=x").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    del client.cookies["seed"]
    response = client.get(f"{batch}cards.pdf")
    assert response.status_code == HTTPStatus.CONFLICT
    assert "whole codes are not kept" in response.content.decode()
