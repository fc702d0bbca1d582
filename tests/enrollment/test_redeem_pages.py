"""From a code to its course: signed in, or with an account yet to be made."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.enrollment import codes
from colonnade.enrollment.actions import make_codes, redeem, revoke_batch, revoke_enrollment
from colonnade.enrollment.models import CodeBatch, Enrollment
from tests.factories import PASSWORD, School, unique


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek for beginners")


@pytest.fixture
def made(school: School, course: Course) -> list[str]:
    staff = school.person("instructor")
    with school:
        return make_codes(courses=[course], quantity=2, by=staff)[1]


@pytest.fixture
def student(school: School) -> User:
    return school.person()


def told(client: Client, code: str, status: int) -> str:
    response = client.post("/redeem/", {"code": code})
    assert response.status_code == status
    return response.content.decode()


def test_a_signed_in_student_lands_in_the_course(
    school: School, course: Course, student: User, made: list[str]
) -> None:
    response = school.client(student).post("/redeem/", {"code": made[0]}, follow=True)
    assert response.redirect_chain == [(f"/learn/{course.slug}/", HTTPStatus.FOUND)]
    assert "Welcome to “Greek for beginners”." in response.content.decode()


def test_a_link_fills_the_code_in_and_redeems_nothing_by_itself(school: School, student: User, made: list[str]) -> None:
    page = school.client(student).get(f"/redeem/{made[0]}/").content.decode()
    assert f'value="{made[0]}"' in page
    assert 'data-testid="access-code"' in page
    assert 'data-testid="redeem-button"' in page
    with school:
        assert not Enrollment.objects.exists()


def test_a_stranger_redeems_signs_up_and_lands_in_the_course_in_one_flow(
    school: School, course: Course, made: list[str]
) -> None:
    client, email = school.client(), f"{unique('new')}@example.org"
    response = client.post("/redeem/", {"code": made[0].lower()})
    assert response.status_code == HTTPStatus.FOUND
    signup = response["Location"]
    assert signup.startswith("/signup/?next=")
    response = client.post(signup, {"email": email, "password1": PASSWORD, "next": "/redeem/continue/"}, follow=True)
    assert response.redirect_chain[-1][0] == f"/learn/{course.slug}/"
    with school:
        assert Enrollment.objects.get().user.email == email


def test_the_way_from_the_sign_up_to_the_sign_in_keeps_the_code(
    school: School, course: Course, student: User, made: list[str]
) -> None:
    client = school.client()
    signup = client.post("/redeem/", {"code": made[0]})["Location"]
    assert "/login/?next=%2Fredeem%2Fcontinue%2F" in client.get(signup).content.decode()
    response = client.post(
        "/login/?next=/redeem/continue/",
        {"login": student.email, "password": PASSWORD, "next": "/redeem/continue/"},
        follow=True,
    )
    assert response.redirect_chain[-1][0] == f"/learn/{course.slug}/"


def test_a_strangers_code_lies_nowhere_but_in_their_browser(school: School, made: list[str]) -> None:
    client = school.client()
    client.post("/redeem/", {"code": made[0]})
    cookie = client.cookies["code"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/redeem/", True, "Lax")
    assert "sessionid" not in client.cookies or made[0] not in str(client.session.items())


def test_a_stranger_is_told_of_a_typing_error_and_of_nothing_else(
    school: School, student: User, made: list[str]
) -> None:
    with school:
        redeem(text=made[0], by=student)
    unknown = codes.write(codes.code(codes.new_seed(), 0))
    for code in (made[0], made[1], unknown):  # used, good and unknown look the same
        response = school.client().post("/redeem/", {"code": code})
        assert (response.status_code, response["Location"][:14]) == (HTTPStatus.FOUND, "/signup/?next=")
    mistyped = made[0][:-1] + ("X" if made[0][-1] != "X" else "Y")
    assert "typing error" in told(school.client(), mistyped, HTTPStatus.UNPROCESSABLE_ENTITY)


def test_a_code_planted_by_another_school_is_not_taken(
    school: School, other_school: School, student: User, made: list[str]
) -> None:
    elsewhere = other_school.client()
    elsewhere.post("/redeem/", {"code": made[0]})
    client = school.client(student)
    client.cookies["code"] = elsewhere.cookies["code"].value
    assert client.get("/redeem/continue/")["Location"] == "/redeem/"
    with school:
        assert not Enrollment.objects.exists()


def test_going_on_without_a_code_leads_back_to_the_field(school: School, student: User) -> None:
    assert school.client(student).get("/redeem/continue/")["Location"] == "/redeem/"


def test_going_on_with_a_code_that_was_used_meanwhile_says_so_and_keeps_what_was_typed(
    school: School, student: User, made: list[str]
) -> None:
    client, other = school.client(), school.person()
    client.post("/redeem/", {"code": made[0]})
    with school:
        redeem(text=made[0], by=other)
        client.force_login(student)
    page = client.get("/redeem/continue/")
    assert page.status_code == HTTPStatus.CONFLICT
    assert "This code was used on" in page.content.decode()
    assert f'value="{made[0]}"' in page.content.decode()


def test_each_refusal_has_its_own_sentence_and_keeps_what_was_typed(
    school: School, student: User, made: list[str]
) -> None:
    client, other = school.client(student), school.person()
    assert "Type or paste the code" in told(client, "", HTTPStatus.UNPROCESSABLE_ENTITY)
    mistyped = told(client, "hello", HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "typing error" in mistyped
    assert 'value="hello"' in mistyped
    unknown = codes.write(codes.code(codes.new_seed(), 0))
    assert "do not know this code" in told(client, unknown, HTTPStatus.NOT_FOUND)
    with school:
        redeem(text=made[0], by=other)
    assert "This code was used on" in told(client, made[0], HTTPStatus.CONFLICT)
    with school:
        CodeBatch.objects.update(expires_at=timezone.now())
    assert "This code expired on" in told(client, made[1], HTTPStatus.CONFLICT)
    with school:
        revoke_batch(batch=CodeBatch.objects.get(), by=other)
    assert "withdrawn by the school" in told(client, made[1], HTTPStatus.CONFLICT)


def test_who_comes_back_with_their_own_code_is_led_to_the_course(
    school: School, course: Course, student: User, made: list[str]
) -> None:
    client = school.client(student)
    client.post("/redeem/", {"code": made[0]})
    for code, sentence in ((made[0], "already redeemed this code"), (made[1], "The code was not used up")):
        response = client.post("/redeem/", {"code": code}, follow=True)
        assert response.redirect_chain[-1][0] == f"/learn/{course.slug}/"
        assert sentence in response.content.decode()


def test_who_was_shut_out_is_not_let_in_by_their_old_code(school: School, student: User, made: list[str]) -> None:
    client = school.client(student)
    client.post("/redeem/", {"code": made[0]})
    with school:
        revoke_enrollment(enrollment=Enrollment.objects.get(), by=student)
    assert "taken back since" in told(client, made[0], HTTPStatus.CONFLICT)


def test_a_guesser_is_stopped_after_twenty_tries_and_told_when_to_go_on(school: School, student: User) -> None:
    client = school.client(student)
    for _ in range(20):
        told(client, codes.write(codes.code(codes.new_seed(), 0)), HTTPStatus.NOT_FOUND)
    response = client.post("/redeem/", {"code": codes.write(codes.code(codes.new_seed(), 0))})
    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert int(response["Retry-After"]) > 0
    assert "tried this too often" in response.content.decode()


def test_typing_errors_use_no_tries_up(school: School, course: Course, student: User, made: list[str]) -> None:
    client = school.client(student)
    for _ in range(25):
        told(client, "nonsense", HTTPStatus.UNPROCESSABLE_ENTITY)
    assert client.post("/redeem/", {"code": made[0]}).status_code == HTTPStatus.FOUND


def test_what_is_typed_is_shown_as_text(school: School, student: User) -> None:
    page = told(school.client(student), '"><script>alert(1)</script>', HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "<script>alert" not in page
