"""Codes are made in batches, kept as hashes, and can be taken back while nobody has used them."""

import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from colonnade.audit.models import AuditEntry
from colonnade.courses.models import Course
from colonnade.enrollment import codes
from colonnade.enrollment.actions import make_codes, redeem, revoke_batch, revoke_code
from colonnade.enrollment.models import AccessCode, CodeBatch, Enrollment
from colonnade.lib.problems import Conflict, Invalid
from colonnade.lib.tenancy import current_tenant_id
from tests.factories import School


def test_a_batch_has_as_many_different_codes_as_asked_for_and_lasts_30_days(school: School) -> None:
    course, staff = school.course(), school.person("assistant")
    with school:
        batch, plain = make_codes(courses=[course], quantity=50, label="Spring", by=staff)
        assert len(set(plain)) == 50
        assert all(codes.read(text) for text in plain)
        assert (batch.label, batch.quantity, batch.created_by_id) == ("Spring", 50, staff.pk)
        assert timedelta(days=29, hours=23) < batch.expires_at - timezone.now() <= timedelta(days=30)
        assert AccessCode.objects.filter(batch=batch, seats=1, taken=0).count() == 50
        assert list(batch.courses.all()) == [course]


def test_nothing_kept_gives_a_code_away(school: School) -> None:
    course, staff = school.course(), school.person("instructor")
    with school:
        _, plain = make_codes(courses=[course], quantity=1, by=staff)
        kept = AccessCode.objects.values().get()
        symbols = codes.read(plain[0])
        assert symbols is not None
        assert bytes(kept["code_hash"]) == codes.hash_of(symbols, codes.school_keys(current_tenant_id())[0])
        rest = symbols[4:]
        assert rest not in str(kept)
        assert rest not in str(list(AuditEntry.objects.values()) + list(CodeBatch.objects.values()))


def test_who_keeps_the_seed_can_show_the_codes_again_in_their_order(school: School) -> None:
    course, staff = school.course(), school.person("instructor")
    seed = codes.new_seed()
    with school:
        batch, plain = make_codes(courses=[course], quantity=5, by=staff, seed=seed)
        hints = list(AccessCode.objects.filter(batch=batch).order_by("id").values_list("hint", flat=True))
    assert plain == [codes.write(codes.code(seed, number)) for number in range(5)]
    assert hints == [text[:4] for text in plain]


def test_the_database_refuses_the_same_code_twice_in_a_school(school: School, other_school: School) -> None:
    seed = codes.new_seed()
    for place in (school, other_school):
        course, staff = place.course(), place.person("instructor")
        with place:
            make_codes(courses=[course], quantity=1, by=staff, seed=seed)
    with school, pytest.raises(IntegrityError), transaction.atomic():
        make_codes(courses=[Course.objects.get()], quantity=1, by=staff, seed=seed)


@pytest.mark.parametrize("quantity", [0, -1, 100_001])
def test_a_senseless_quantity_is_refused(school: School, quantity: int) -> None:
    course, staff = school.course(), school.person("instructor")
    with school, pytest.raises(Invalid, match="between 1 and 100,000"):
        make_codes(courses=[course], quantity=quantity, by=staff)


def test_codes_that_would_have_expired_already_are_refused(school: School) -> None:
    course, staff = school.course(), school.person("instructor")
    with school, pytest.raises(Invalid, match="later date"):
        make_codes(courses=[course], quantity=1, by=staff, expires_at=timezone.now())


def test_ten_thousand_codes_are_made_in_a_moment_and_few_statements(
    school: School, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    course, staff = school.course(), school.person("instructor")
    with school, django_assert_max_num_queries(6):
        began = time.monotonic()
        _, plain = make_codes(courses=[course], quantity=10_000, by=staff)
        took = time.monotonic() - began
    assert len(set(plain)) == 10_000
    assert took < 5  # about 0.4 s alone; tests run beside others


def test_a_revoked_code_leaves_the_others_good(school: School) -> None:
    course, staff, student = school.course(), school.person("instructor"), school.person()
    with school:
        _, plain = make_codes(courses=[course], quantity=2, by=staff)
        first = AccessCode.objects.order_by("id").first()
        assert first is not None
        revoke_code(code=first, by=staff)
        assert redeem(text=plain[1], by=student)
        with pytest.raises(Conflict, match="revoked already"):
            revoke_code(code=first, by=staff)
        assert AuditEntry.objects.filter(action="code.revoked", by_id=staff.pk).count() == 1


def test_a_used_code_cannot_be_revoked_and_says_what_can(school: School) -> None:
    course, staff, student = school.course(), school.person("instructor"), school.person()
    with school:
        _, plain = make_codes(courses=[course], quantity=1, by=staff)
        (enrollment,) = redeem(text=plain[0], by=student)
        with pytest.raises(Conflict, match="revoke their access"):
            revoke_code(code=AccessCode.objects.get(), by=staff)
        enrollment.refresh_from_db()
        assert enrollment.revoked_at is None


def test_revoking_a_batch_takes_what_is_unused_and_leaves_who_is_in(school: School) -> None:
    course, staff, student = school.course(), school.person("instructor"), school.person()
    with school:
        batch, plain = make_codes(courses=[course], quantity=4, by=staff)
        redeem(text=plain[0], by=student)
        assert revoke_batch(batch=batch, by=staff) == 3
        assert Enrollment.objects.active().filter(user=student).exists()
        with pytest.raises(Conflict, match="No code of this batch is left"):
            revoke_batch(batch=batch, by=staff)
        assert AuditEntry.objects.get(action="codes.revoked").data["quantity"] == 3


def test_a_batch_of_another_schools_course_cannot_be_made(school: School, other_school: School) -> None:
    foreign, staff = other_school.course(), school.person("instructor")
    with pytest.raises(IntegrityError), school:  # the two-column key is checked at the commit
        make_codes(courses=[foreign], quantity=1, by=staff)
