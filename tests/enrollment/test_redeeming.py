"""A code opens its course to one person; whatever else happens gets its own sentence."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import chain
from threading import Barrier

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from colonnade.accounts.models import User
from colonnade.audit.models import AuditEntry
from colonnade.courses.models import Course
from colonnade.enrollment import codes
from colonnade.enrollment.actions import make_codes, redeem, revoke_batch, revoke_enrollment, set_admission
from colonnade.enrollment.models import AccessCode, CodeBatch, Enrollment, Redemption
from colonnade.enrollment.refusals import (
    AlreadyEnrolled,
    CodeEmpty,
    CodeExpired,
    CodeMistyped,
    CodeNotStarted,
    CodeRevoked,
    CodeUnknown,
    CodeUsed,
    CodeUsedByYou,
    CourseNotOffered,
)
from colonnade.lib.problems import Problem
from colonnade.lib.tenancy import tenant_scope
from tests.factories import School, unique


@pytest.fixture
def staff(school: School) -> User:
    return school.person("instructor")


@pytest.fixture
def student(school: School) -> User:
    return school.person()


@pytest.fixture
def course(school: School) -> Course:
    return school.course()


@pytest.fixture
def made(school: School, course: Course, staff: User) -> list[str]:
    with school:
        return make_codes(courses=[course], quantity=3, by=staff)[1]


def test_a_code_opens_its_course(school: School, course: Course, student: User, made: list[str]) -> None:
    with school:
        (enrollment,) = redeem(text=made[0], by=student)
        assert (enrollment.course, enrollment.user_id, enrollment.revoked_at) == (course, student.pk, None)
        assert (enrollment.source, enrollment.expires_at) == ("code", None)
        use = Redemption.objects.select_related("code").get(user=student)
        assert (use.code.hint, use.code.taken, use.code_id) == (made[0][:4], 1, enrollment.code_id)


def test_a_code_is_redeemed_however_it_was_typed(school: School, student: User, made: list[str]) -> None:
    with school:
        (enrollment,) = redeem(text=f"  {made[0].lower().replace('-', ' ')}", by=student)
        assert enrollment.user_id == student.pk


def test_a_typing_error_is_seen_before_the_database_is_asked(
    school: School, student: User, made: list[str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    wrong = made[0][:-1] + ("2" if made[0][-1] != "2" else "3")
    with school, django_assert_num_queries(0), pytest.raises(CodeMistyped) as refusal:
        redeem(text=wrong, by=student)
    assert "typing error" in refusal.value.detail


def test_an_unknown_code_says_so(school: School, student: User) -> None:
    with school, pytest.raises(CodeUnknown) as refusal:
        redeem(text=codes.code(codes.new_seed(), 0), by=student)
    assert "do not know this code" in refusal.value.detail


def test_another_schools_code_is_unknown(other_school: School, made: list[str]) -> None:
    stranger = other_school.person()
    with other_school, pytest.raises(CodeUnknown):
        redeem(text=made[0], by=stranger)


def test_a_used_code_tells_others_the_day_and_what_to_do(school: School, student: User, made: list[str]) -> None:
    late = school.person()
    with school:
        redeem(text=made[0], by=student)
        used_at = timezone.now().replace(year=2025, month=3, day=3)
        Redemption.objects.filter(user=student).update(at=used_at)
        with pytest.raises(CodeUsed) as refusal:
            redeem(text=made[0], by=late)
        assert refusal.value.detail == "This code was used on 3 March 2025. Ask your school for a new one."
        assert not Enrollment.objects.filter(user=late).exists()


def test_the_person_who_used_a_code_is_told_that_it_was_they(school: School, student: User, made: list[str]) -> None:
    with school:
        (enrollment,) = redeem(text=made[0], by=student)
        with pytest.raises(CodeUsedByYou) as refusal:
            redeem(text=made[0], by=student)
        assert refusal.value.detail == "You have already redeemed this code."
        assert refusal.value.enrollment == enrollment


def test_a_used_code_does_not_undo_a_revocation(school: School, student: User, staff: User, made: list[str]) -> None:
    with school:
        (enrollment,) = redeem(text=made[0], by=student)
        revoke_enrollment(enrollment=enrollment, by=staff)
        with pytest.raises(CodeUsedByYou) as refusal:
            redeem(text=made[0], by=student)
        assert "taken back" in refusal.value.detail
        assert Enrollment.objects.get(user=student).revoked_at is not None


def test_an_expired_code_says_when(school: School, student: User, made: list[str]) -> None:
    with school:
        expired = timezone.now() - timedelta(minutes=1)
        CodeBatch.objects.update(expires_at=expired)
        with pytest.raises(CodeExpired) as refusal:
            redeem(text=made[0], by=student)
        assert f"expired on {expired.day} {expired:%B}" in refusal.value.detail


def test_a_revoked_code_says_so(school: School, student: User, staff: User, made: list[str]) -> None:
    with school:
        revoke_batch(batch=CodeBatch.objects.get(), by=staff)
        with pytest.raises(CodeRevoked) as refusal:
            redeem(text=made[0], by=student)
        assert "withdrawn by the school" in refusal.value.detail


def test_every_refusal_has_a_sentence_and_a_code_of_its_own() -> None:
    kinds: list[type[Problem]] = [
        CodeMistyped,
        CodeUnknown,
        CodeUsed,
        CodeUsedByYou,
        CodeExpired,
        CodeRevoked,
        CodeNotStarted,
        CodeEmpty,
        CourseNotOffered,
        AlreadyEnrolled,
    ]
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_who_is_in_the_course_does_not_use_a_code_up(school: School, student: User, made: list[str]) -> None:
    friend = school.person()
    with school:
        (enrollment,) = redeem(text=made[0], by=student)
        with pytest.raises(AlreadyEnrolled) as refusal:
            redeem(text=made[1], by=student)
        assert refusal.value.enrollment == enrollment
        assert "not used up" in refusal.value.detail
        assert [each.user_id for each in redeem(text=made[1], by=friend)] == [friend.pk]


def test_a_new_code_lets_a_revoked_student_in_again(
    school: School, student: User, staff: User, made: list[str]
) -> None:
    with school:
        (first,) = redeem(text=made[0], by=student)
        revoke_enrollment(enrollment=first, by=staff)
        (again,) = redeem(text=made[1], by=student)
        assert again.pk == first.pk
        assert (again.revoked_at, again.revoked_by_id) == (None, None)
        assert str(AccessCode.objects.get(pk=again.code_id or "")) == f"…{made[1][:4]}"


def test_codes_of_a_former_secret_still_open_their_course(
    school: School, student: User, made: list[str], settings: Settings
) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new secret" * 5
    with school:
        assert redeem(text=made[0], by=student)


def test_redeeming_is_one_statement_and_one_audit_row(
    school: School, student: User, made: list[str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with school:
        with django_assert_num_queries(5) as queries:
            redeem(text=made[0], by=student)
        writes = [query["sql"] for query in queries if not query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
        assert [write.split()[0] for write in writes] == ["WITH", "INSERT"]
        entry = AuditEntry.objects.get(action="code.redeemed")
        assert (entry.by_id, entry.data["code"]) == (student.pk, made[0][:4])
        assert made[0] not in str(entry.data)


CONNECTIONS = 40  # as many statements at once; the test server is shared with other test processes


def crowd(school: School, size: int) -> list[User]:
    """Many students; without passwords, whose hashing would take longer than the race."""
    with school:
        return User.objects.bulk_create(User(email=f"{unique('racer')}@example.org") for _ in range(size))


def race(school: School, tries: list[tuple[User, str]]) -> Counter[str]:
    """All tries at once, as far as connections go; how often each outcome came."""
    start = Barrier(CONNECTIONS)

    def run(attempts: list[tuple[User, str]]) -> list[str]:
        try:
            start.wait(timeout=60)
            return [outcome(school, user, text) for user, text in attempts]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        shares = [tries[number::CONNECTIONS] for number in range(CONNECTIONS)]
        return Counter(chain.from_iterable(pool.map(run, shares)))


def outcome(school: School, user: User, text: str) -> str:
    try:
        with tenant_scope(school.tenant.pk):
            redeem(text=text, by=user)
    except Problem as problem:
        return problem.code
    return "won"


def test_one_person_racing_with_many_codes_uses_up_one(
    school: School, course: Course, student: User, staff: User
) -> None:
    with school:
        plain = make_codes(courses=[course], quantity=80, by=staff)[1]
    assert race(school, [(student, text) for text in plain]) == {"won": 1, "already-enrolled": 79}
    with school:
        assert Enrollment.objects.filter(course=course).count() == 1
        assert (Redemption.objects.count(), AccessCode.objects.filter(taken=1).count()) == (1, 1)


@pytest.mark.parametrize("seats", [1, 30])
def test_of_200_racers_as_many_get_in_as_a_code_has_seats(
    school: School, course: Course, staff: User, seats: int
) -> None:
    with school:
        (text,) = make_codes(courses=[course], quantity=1, seats=seats, by=staff)[1]
    tries = [(racer, text) for racer in crowd(school, 200)]
    assert race(school, tries) == {"won": seats, "code-used": 200 - seats}
    with school:
        assert AccessCode.objects.get().taken == Redemption.objects.count() == Enrollment.objects.count() == seats
        assert AuditEntry.objects.filter(action="code.redeemed").count() == seats


def test_one_person_racing_for_one_code_takes_one_seat(
    school: School, course: Course, student: User, staff: User
) -> None:
    with school:
        (text,) = make_codes(courses=[course], quantity=1, seats=50, by=staff)[1]
    assert race(school, [(student, text)] * 80) == {"won": 1, "code-used-by-you": 79}
    with school:
        assert AccessCode.objects.get().taken == Redemption.objects.count() == 1


def test_people_racing_for_codes_of_the_same_courses_do_not_lock_each_other_out(school: School, staff: User) -> None:
    courses = [school.course() for _ in range(4)]
    with school:
        one = make_codes(courses=courses, quantity=1, seats=100, by=staff)[1][0]
        other = make_codes(courses=courses[::-1], quantity=1, seats=100, by=staff)[1][0]
    outcomes = race(school, [(racer, text) for racer in crowd(school, 40) for text in (one, other)])
    assert outcomes == {"won": 40, "already-enrolled": 40}
    with school:
        assert Enrollment.objects.count() == 160
        assert Redemption.objects.count() == 40


def test_the_database_refuses_one_seat_too_many(school: School, made: list[str]) -> None:
    with school, pytest.raises(IntegrityError), transaction.atomic():
        AccessCode.objects.update(taken=2)


def test_a_class_redeems_the_same_code_and_a_person_only_once(school: School, course: Course, staff: User) -> None:
    first, second, third = (school.person() for _ in range(3))
    with school:
        (text,) = make_codes(courses=[course], quantity=1, seats=2, by=staff)[1]
        redeem(text=text, by=first)
        with pytest.raises(CodeUsedByYou):
            redeem(text=text, by=first)
        redeem(text=text, by=second)
        with pytest.raises(CodeUsed, match="for 2 people, and all places were taken by"):
            redeem(text=text, by=third)


def test_a_code_opens_several_courses_and_leaves_alone_those_that_are_open(school: School, staff: User) -> None:
    student, courses = school.person(), [school.course(title) for title in ("Greek", "Latin", "Logic")]
    before = school.enroll(student, courses[1])
    with school:
        (text,) = make_codes(courses=courses, quantity=1, by=staff)[1]
        opened = redeem(text=text, by=student)
        assert [each.course.title for each in opened] == ["Greek", "Logic"]
        before.refresh_from_db()
        assert before.source == "staff"
        entry = AuditEntry.objects.get(action="code.redeemed")
        assert entry.data["courses"] == ["Greek", "Logic"]


def test_a_code_is_not_good_before_its_start_and_says_when(school: School, course: Course, staff: User) -> None:
    student, start = school.person(), timezone.now() + timedelta(days=3)
    with school:
        (text,) = make_codes(courses=[course], quantity=1, starts_at=start, by=staff)[1]
        with pytest.raises(CodeNotStarted, match=f"good from {start.day} {start:%B}"):
            redeem(text=text, by=student)
        CodeBatch.objects.update(starts_at=timezone.now() - timedelta(seconds=1))
        assert redeem(text=text, by=student)


def test_a_code_of_deleted_courses_says_that_it_opens_nothing(school: School, course: Course, made: list[str]) -> None:
    student = school.person()
    with school:
        Course.objects.all().delete()
        with pytest.raises(CodeEmpty):
            redeem(text=made[0], by=student)


def test_access_by_a_code_ends_after_its_days_and_the_next_code_adds_to_them(
    school: School, course: Course, staff: User
) -> None:
    student = school.person()
    with school:
        first, second = make_codes(courses=[course], quantity=2, access_days=30, by=staff)[1]
        (enrollment,) = redeem(text=first, by=student)
        assert enrollment.expires_at is not None
        assert timedelta(days=29, hours=23) < enrollment.expires_at - timezone.now() <= timedelta(days=30)
        (again,) = redeem(text=second, by=student)
        assert again.expires_at is not None
        assert timedelta(days=59, hours=23) < again.expires_at - timezone.now() <= timedelta(days=60)


def test_after_the_end_a_code_begins_a_new_time_and_one_without_days_lasts(
    school: School, course: Course, staff: User
) -> None:
    student = school.person()
    with school:
        timed = make_codes(courses=[course], quantity=2, access_days=10, by=staff)[1]
        (lasting,) = make_codes(courses=[course], quantity=1, by=staff)[1]
        redeem(text=timed[0], by=student)
        Enrollment.objects.update(
            created_at=timezone.now() - timedelta(days=40), expires_at=timezone.now() - timedelta(days=30)
        )
        with pytest.raises(CodeUsedByYou, match="Your access ended on"):
            redeem(text=timed[0], by=student)
        (again,) = redeem(text=timed[1], by=student)
        assert again.expires_at is not None
        assert timedelta(days=9, hours=23) < again.expires_at - timezone.now() <= timedelta(days=10)
        assert [each.expires_at for each in redeem(text=lasting, by=student)] == [None]
        with pytest.raises(CodeUsedByYou):
            redeem(text=lasting, by=student)


def test_a_code_without_days_of_its_own_takes_the_courses(school: School, course: Course, staff: User) -> None:
    student = school.person()
    with school:
        set_admission(course=course, is_free=False, access_days=7, by=staff)
        (text,) = make_codes(courses=[course], quantity=1, by=staff)[1]
        (enrollment,) = redeem(text=text, by=student)
        assert enrollment.expires_at is not None
        assert enrollment.expires_at - timezone.now() <= timedelta(days=7)
