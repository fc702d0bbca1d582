"""Certificates: given when the rules are met, once; checked by anybody; corrected and revoked by the school."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from PIL import Image

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses.models import Course, Lecture
from colonnade.enrollment.models import Enrollment
from colonnade.learning.actions import (
    NotYet,
    correct_certificate,
    issue_certificate,
    offer_certificate,
    record_progress,
    restore_certificate,
    revoke_certificate,
)
from colonnade.learning.models import Certificate
from colonnade.learning.models.certificates import new_code, plain
from colonnade.learning.printing import Paper, as_pdf, as_picture
from colonnade.lib.problems import Conflict, Invalid
from colonnade.lib.tenancy import tenant_scope
from tests.factories import School


@pytest.fixture
def owner(school: School) -> User:
    return school.person("owner")


@pytest.fixture
def course(school: School, owner: User) -> Course:
    """Of two lectures; whoever has completed both gets a certificate."""
    course = school.course("Greek", lectures=2)
    with school:
        offer_certificate(course=course, percent=None, signed_by="Ictinus", by=owner)
    return course


@pytest.fixture
def ada(school: School, course: Course) -> User:
    ada = school.person(name="Ada Lovelace")
    school.enroll(ada, course)
    with school:
        Enrollment.objects.update(created_at=timezone.now() - timedelta(days=1))
    return ada


def enrollment_of(user: User) -> Enrollment:
    return Enrollment.objects.select_related("course").get(user=user)


def watch(school: School, user: User, course: Course, lectures: int) -> None:
    with school:
        for lecture in Lecture.objects.filter(course=course).select_related("video").in_order()[:lectures]:
            record_progress(lecture=lecture, ranges=[[0, 60]], position=60, by=user)


@pytest.fixture
def certificate(school: School, course: Course, ada: User) -> Certificate:
    watch(school, ada, course, 2)
    with school:
        return issue_certificate(enrollment=enrollment_of(ada), name="Ada Lovelace", by=ada)


def test_it_is_given_when_every_lecture_is_completed_and_not_before(school: School, course: Course, ada: User) -> None:
    watch(school, ada, course, 1)
    with school, pytest.raises(NotYet, match="1 of 2 to go"):
        issue_certificate(enrollment=enrollment_of(ada), name="Ada", by=ada)
    watch(school, ada, course, 2)
    with school:
        given = issue_certificate(enrollment=enrollment_of(ada), name="  Ada \n Lovelace ", by=ada)
        assert (given.name, given.course_title, given.signed_by) == ("Ada Lovelace", "Greek", "Ictinus")
        assert AuditEntry.objects.filter(action="certificate.issued").count() == 1


def test_a_percentage_is_enough_where_the_course_says_so(
    school: School, course: Course, ada: User, owner: User
) -> None:
    with school:
        offer_certificate(course=course, percent=50, signed_by="", by=owner)
    with school, pytest.raises(NotYet, match=r"at 50 % of the course\. You are at 0 %"):
        issue_certificate(enrollment=enrollment_of(ada), name="Ada", by=ada)
    watch(school, ada, course, 1)
    with school:
        assert issue_certificate(enrollment=enrollment_of(ada), name="Ada", by=ada)


def test_it_is_given_once_however_many_ask_at_once(school: School, course: Course, ada: User) -> None:
    watch(school, ada, course, 2)
    barrier = Barrier(8)

    def ask(number: int) -> str:
        try:
            with tenant_scope(school.tenant.pk):
                held = enrollment_of(ada)
                barrier.wait()
                return issue_certificate(enrollment=held, name=f"Ada {number}", by=ada).code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        codes = set(threads.map(ask, range(8)))
    with school:
        assert codes == {Certificate.objects.get().code}


def test_a_course_that_gives_none_gives_none(school: School) -> None:
    course, student = school.course(), school.person()
    school.enroll(student, course)
    with school, pytest.raises(Conflict, match="gives no certificates"):
        issue_certificate(enrollment=enrollment_of(student), name="S", by=student)


def test_a_name_is_corrected_and_the_log_tells_what_it_was(
    school: School, certificate: Certificate, owner: User
) -> None:
    with school:
        correct_certificate(certificate=certificate, name="Augusta Ada King", by=owner)
        assert Certificate.objects.get().name == "Augusta Ada King"
        assert AuditEntry.objects.get(action="certificate.corrected").data["before"] == "Ada Lovelace"
    with school, pytest.raises(Invalid):
        correct_certificate(certificate=certificate, name=" ", by=owner)


def test_a_revoked_one_is_not_given_again_and_can_be_made_valid(
    school: School, certificate: Certificate, ada: User, owner: User
) -> None:
    with school:
        revoke_certificate(certificate=certificate, reason="It was somebody else.", by=owner)
    with school, pytest.raises(Conflict, match="It was somebody else"):
        issue_certificate(enrollment=enrollment_of(ada), name="Ada", by=ada)
    with school, pytest.raises(Conflict):
        revoke_certificate(certificate=certificate, reason="Again.", by=owner)
    with school:
        restore_certificate(certificate=certificate, by=owner)
        assert Certificate.objects.get().revoked_at is None


def test_revoking_needs_a_reason(school: School, certificate: Certificate, owner: User) -> None:
    with school, pytest.raises(Invalid, match="Say why"):
        revoke_certificate(certificate=certificate, reason=" \n", by=owner)


def test_anybody_can_check_it_by_its_code_however_it_is_typed(school: School, certificate: Certificate) -> None:
    anybody = school.client()
    page = anybody.get(f"/certificates/{certificate.code}/")
    assert "Ada Lovelace" in page.content.decode()
    assert 'data-testid="certificate-valid"' in page.content.decode()
    assert anybody.get(f"/certificates/{certificate.written.lower()}/")["Location"] == (
        f"/certificates/{certificate.code}/"
    )
    typed = anybody.get("/certificates/", {"code": f" {certificate.written} "})
    assert typed["Location"] == f"/certificates/{certificate.code}/"
    unknown = anybody.get("/certificates/", {"code": "<b>nothing"})
    assert unknown.status_code == HTTPStatus.NOT_FOUND
    assert "&lt;b&gt;nothing" in unknown.content.decode()
    assert anybody.get("/certificates/000000000000/").status_code == HTTPStatus.NOT_FOUND


def test_another_school_does_not_know_it(other_school: School, certificate: Certificate) -> None:
    for path in ("", "certificate.pdf", "certificate.png"):
        answer = other_school.client().get(f"/certificates/{certificate.code}/{path}")
        assert answer.status_code == HTTPStatus.NOT_FOUND


def test_a_revoked_one_says_so_with_the_reason_and_is_not_printed(
    school: School, certificate: Certificate, owner: User
) -> None:
    with school:
        revoke_certificate(certificate=certificate, reason="It was <b>somebody</b> else.", by=owner)
    page = school.client().get(f"/certificates/{certificate.code}/").content.decode()
    assert "This certificate is not valid" in page
    assert "It was &lt;b&gt;somebody&lt;/b&gt; else." in page
    assert school.client().get(f"/certificates/{certificate.code}/certificate.pdf").status_code == HTTPStatus.CONFLICT


def test_the_paper_is_a_tagged_pdf_and_a_picture(school: School, certificate: Certificate) -> None:
    answer = school.client().get(f"/certificates/{certificate.code}/certificate.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="certificate-greek.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert b"/MarkInfo" in answer.content
    picture = school.client().get(f"/certificates/{certificate.code}/certificate.png")
    assert Image.open(BytesIO(picture.content)).size == (1123, 794)


@pytest.mark.parametrize("words", ["#panic()", "*bold* $x$ \\ \" ' <b>", "Ελλάδα", "محمد", "x" * 120, "名前"])
def test_what_people_typed_is_printed_and_never_run(words: str) -> None:
    paper = Paper(words, words, words, "#ffee00", words, "1 May 2026", "AAAA-BBBB-CCCC", "https://x.example/", words)
    assert as_pdf(paper)
    assert as_picture(paper)


def test_codes_are_read_as_people_type_them() -> None:
    code = new_code()
    assert plain(code) == code
    assert plain(" oil2-3456 789a ") == "0112345678" + "9A"


def test_the_course_offers_it_once_it_is_there(school: School, course: Course, ada: User) -> None:
    client: Client = school.client(ada)
    assert "certificate" not in client.get(f"/learn/{course.slug}/").content.decode().lower()
    watch(school, ada, course, 1)
    assert "There is a certificate. It is yours once" in client.get(f"/learn/{course.slug}/").content.decode()
    assert "1 of 2 to go" in client.get(f"/learn/{course.slug}/certificate/").content.decode()
    early = client.post(f"/learn/{course.slug}/certificate/", {"name": "Ada"})
    assert "1 of 2 to go" in early.content.decode()
    watch(school, ada, course, 2)
    assert "Get your certificate" in client.get(f"/learn/{course.slug}/").content.decode()
    assert 'value="Ada Lovelace"' in client.get(f"/learn/{course.slug}/certificate/").content.decode()
    assert (
        client.post(f"/learn/{course.slug}/certificate/", {"name": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    )
    given = client.post(f"/learn/{course.slug}/certificate/", {"name": "Ada King"})
    assert given["Location"].startswith("/certificates/")
    assert "Your certificate" in client.get(f"/learn/{course.slug}/").content.decode()
    assert client.get(f"/learn/{course.slug}/certificate/")["Location"] == given["Location"]


def test_a_course_without_one_has_no_such_page(school: School) -> None:
    course, student = school.course(), school.person()
    school.enroll(student, course)
    assert school.client(student).get(f"/learn/{course.slug}/certificate/").status_code == HTTPStatus.NOT_FOUND


def test_staff_set_the_rule_and_end_it(school: School, owner: User) -> None:
    course, client = school.course(), school.client(owner)
    path = f"/dashboard/courses/{course.pk}/certificate/"
    assert "gives no certificates yet" in client.get(path).content.decode()
    bad = client.post(path, {"needs": "percent", "percent": "", "signed_by": "Me"})
    assert bad.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="Me"' in bad.content.decode()
    assert "at 80 %" in client.post(path, {"needs": "percent", "percent": 80}, follow=True).content.decode()
    everything = client.post(path, {"needs": "every", "percent": 80}, follow=True).content.decode()
    assert "completed every lecture" in everything
    assert "gives no certificates yet" in client.post(f"{path}deletion/", follow=True).content.decode()


def test_staff_correct_revoke_and_restore_on_the_students_page(
    school: School, owner: User, certificate: Certificate, ada: User
) -> None:
    client, path = school.client(owner), f"/dashboard/certificates/{certificate.pk}"
    assert "The name is corrected." in client.post(f"{path}/name/", {"name": "Ada K."}, follow=True).content.decode()
    assert "A certificate needs a name." in client.post(f"{path}/name/", follow=True).content.decode()
    assert "Say why" in client.post(f"{path}/revocation/", follow=True).content.decode()
    text = client.post(f"{path}/revocation/", {"reason": "A mistake."}, follow=True).content.decode()
    assert "Revoked on" in text
    assert "A mistake." in text
    assert "valid again" in client.post(f"{path}/restoration/", follow=True).content.decode()
    assert "Ada K." in client.get(f"/dashboard/students/{ada.pk}/").content.decode()
