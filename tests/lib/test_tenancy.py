"""The database refuses: raw SQL on the app's own connection."""

from typing import Any
from uuid import UUID

import psycopg.errors
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from colonnade.accounts.models import User
from colonnade.courses.models import Course, Section
from colonnade.lib.tenancy import NoTenant, across_tenants, current_tenant_id, tenant_scope, uuid7
from tests.factories import School

TABLES = ["accounts_user", "courses_course", "tenants_tenant", "account_emailaddress", "accounts_session"]


def rows(statement: str, *parameters: Any) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall()) if cursor.description else []


@pytest.mark.parametrize("table", TABLES)
def test_without_a_tenant_every_query_is_an_error(school: School, table: str) -> None:
    school.person()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows(f"SELECT * FROM {table}")
    with school:
        rows(f"SELECT * FROM {table}")
    with pytest.raises(DatabaseError), transaction.atomic():  # a used connection is as closed as a fresh one
        rows(f"SELECT * FROM {table}")


def test_with_a_tenant_nothing_foreign_is_seen(school: School, other_school: School) -> None:
    own, foreign = school.person(), other_school.person()
    with school:
        seen = {row[0] for row in rows("SELECT id FROM accounts_user")}
        assert seen == {own.pk}
        assert rows("SELECT id FROM accounts_user WHERE id = %s", foreign.pk) == []
        assert rows("SELECT id FROM tenants_tenant") == [(school.tenant.pk,)]


def test_a_foreign_row_cannot_be_written_changed_or_deleted(school: School, other_school: School) -> None:
    foreign = other_school.course()
    with school:
        assert Course.objects.filter(pk=foreign.pk).update(title="taken") == 0
        assert Course.objects.filter(pk=foreign.pk).delete()[0] == 0
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            rows(
                "INSERT INTO courses_course"
                " (id, tenant_id, title, slug, description, thumbnail, created_at, updated_at)"
                " VALUES (%s, %s, 'x', 'x', '', '', now(), now())",
                uuid7(),
                other_school.tenant.pk,
            )
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
    with other_school:
        assert Course.objects.get().title == foreign.title


def test_a_row_cannot_be_moved_to_another_school(school: School, other_school: School) -> None:
    course = school.course()
    with school, pytest.raises(DatabaseError), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(tenant_id=other_school.tenant.pk)


def test_a_foreign_row_cannot_be_referenced(school: School, other_school: School) -> None:
    foreign = other_school.course()
    with pytest.raises(IntegrityError), school:
        Section.objects.create(course_id=foreign.pk, title="smuggled", position=1)


def test_the_app_can_neither_change_the_schema_nor_its_role() -> None:
    for statement in (
        "ALTER TABLE accounts_user DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON accounts_user",
        "CREATE TABLE mine (id int)",
        "TRUNCATE accounts_user",
        "SET ROLE colonnade",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows(statement)


def test_an_inner_scope_ends_where_it_began(school: School, other_school: School) -> None:
    own = school.person()
    with school:
        with other_school:
            assert current_tenant_id() == other_school.tenant.pk
            assert not User.objects.filter(pk=own.pk).exists()
        assert User.objects.get() == own
        with pytest.raises(ValueError, match="inside"), other_school:
            raise ValueError("inside")
        assert User.objects.get() == own


def test_outside_any_scope_there_is_no_tenant() -> None:
    with pytest.raises(NoTenant):
        current_tenant_id()


def test_the_one_door_reads_across_schools_and_writes_nothing(school: School, other_school: School) -> None:
    people = {school.person().pk, other_school.person().pk}
    assert set(across_tenants(User).filter(pk__in=people).values_list("pk", flat=True)) == people
    with pytest.raises(DatabaseError):
        across_tenants(User).filter(pk__in=people).update(name="all")


def test_keys_are_ordered_by_time() -> None:
    keys = [uuid7() for _ in range(100)]
    assert keys == sorted(keys)
    assert {key.version for key in keys} == {7}
    assert isinstance(keys[0], UUID)


def test_a_scope_that_fails_writes_nothing(school: School) -> None:
    with pytest.raises(ValueError, match="late"), tenant_scope(school.tenant.pk):  # noqa: PT012  # the scope is tried
        User.objects.create_user("late@example.org")
        raise ValueError("late")
    with school:
        assert not User.objects.filter(email="late@example.org").exists()
