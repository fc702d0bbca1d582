"""Walks every model and every table: nothing of a school stands outside its policy."""

from collections import defaultdict
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections, models

from colonnade.lib.tenancy import TenantForeignKey, TenantModel

LIBRARY_TABLES = {
    "django_migrations": "the schema's own history",
    "django_content_type": "names of models, of no school",
    "auth_permission": "names of models' permissions, unused: tenants/permissions.py has ours",
    "auth_group": "unused, always empty",
    "auth_group_permissions": "unused, always empty",
    "procrastinate_jobs": "the worker takes jobs of all schools; each names its tenant in its arguments",
    "procrastinate_events": "when jobs started and ended",
    "procrastinate_periodic_defers": "jobs of the installation",
    "procrastinate_workers": "heartbeats",
}
ALLAUTH_TABLES = {"account_emailaddress", "account_emailconfirmation", "mfa_authenticator", "usersessions_usersession"}
OWN_APPS = [config.label for config in apps.get_app_configs() if config.name.startswith("colonnade.")]
OWN_MODELS = [model for label in OWN_APPS for model in apps.get_app_config(label).get_models()]


def query(statement: str) -> list[Any]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def tables() -> set[str]:
    return {row[0] for row in query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


def school_tables() -> set[str]:
    return tables() - set(LIBRARY_TABLES)


def test_every_table_is_a_schools_or_has_a_reason_not_to_be() -> None:
    ours = {model._meta.db_table for model in OWN_MODELS}
    assert tables() == ours | ALLAUTH_TABLES | set(LIBRARY_TABLES)


def test_every_table_of_a_school_has_enabled_and_forced_policies() -> None:
    closed = {
        row[0]
        for row in query("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relkind = 'r'")
    }
    assert closed == school_tables()
    policies: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for table, name, command, roles, condition in query(
        "SELECT tablename, policyname, cmd, roles::text, qual FROM pg_policies"
    ):
        policies[table][name] = (command, f"{roles} {condition}")
    for table in school_tables():
        column = "id" if table == "tenants_tenant" else "tenant_id"
        assert set(policies[table]) == {"tenant", "owner", "platform"}, table
        command, condition = policies[table]["tenant"]
        assert command == "ALL"
        assert condition == f"{{public}} ({column} = (current_setting('app.tenant_id'::text))::uuid)", table
        assert policies[table]["platform"][0] == "SELECT"
        assert settings.DATABASES["platform"]["USER"] in policies[table]["platform"][1]
        assert "_app" not in policies[table]["owner"][1]


def test_the_roles_of_web_and_worker_have_no_power() -> None:
    users = {settings.DATABASES[alias]["USER"] for alias in ("default", "platform")}
    rows = query("SELECT rolname FROM pg_roles WHERE NOT (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)")
    assert users <= {row[0] for row in rows}
    owners = {row[0] for row in query("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")}
    assert not owners & users
    assert query(
        "SELECT grantee FROM information_schema.role_table_grants "
        f"WHERE grantee = '{settings.DATABASES['platform']['USER']}' AND privilege_type <> 'SELECT'"
    ) == []  # fmt: skip


def test_every_tenant_column_is_filled_by_the_database() -> None:
    defaults: dict[str, str] = dict(
        query(
            "SELECT table_name, column_default || ' ' || is_nullable FROM information_schema.columns "
            "WHERE column_name = 'tenant_id' AND table_schema = 'public'"
        )
    )
    assert set(defaults) == school_tables() - {"tenants_tenant"}
    assert set(defaults.values()) == {"(current_setting('app.tenant_id'::text))::uuid NO"}


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model._meta.label)
def test_every_model_is_a_tenants_row(model: type[models.Model]) -> None:
    if model._meta.label not in ("tenants.Tenant", "accounts.Session"):
        assert issubclass(model, TenantModel)
        assert model._meta.pk is not None
        assert isinstance(model._meta.pk, models.UUIDField)


def references() -> dict[tuple[str, str], str]:
    """(table, column that refers) → definition, of the foreign keys over two columns."""
    found = {}
    for table, definition in query(
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'"
    ):
        columns = definition.removeprefix("FOREIGN KEY (").split(")")[0].replace('"', "").split(", ")
        if len(columns) == 2 and columns[0] == "tenant_id":
            found[table, columns[1]] = definition
    return found


def test_no_reference_can_leave_its_school() -> None:
    composite = references()
    for model in OWN_MODELS:
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.name != "tenant":
                assert isinstance(field, TenantForeignKey), f"{model._meta.label}.{field.name}"
                definition = composite.get((model._meta.db_table, field.column))
                assert definition, f"{model._meta.label}.{field.name} has no foreign key over (tenant_id, …)"
                assert "(tenant_id, id)" in definition
    for table in ALLAUTH_TABLES - {"account_emailconfirmation"}:  # that one refers to an e-mail address
        assert (table, "user_id") in composite
    single = query(
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND cardinality(conkey) = 1 AND confrelid <> 'tenants_tenant'::regclass"
    )
    assert {row[0] for row in single} <= set(LIBRARY_TABLES) | ALLAUTH_TABLES


def test_every_unique_rule_and_index_begins_with_the_tenant() -> None:
    keys_of_their_own = {"tenants_tenant"}  # a subdomain is one school's on the whole platform
    for table, name, definition in query(
        "SELECT tablename, indexname, indexdef FROM pg_indexes i WHERE schemaname = 'public' "
        "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname AND contype = 'p')"
    ):
        if table not in school_tables() - keys_of_their_own:
            continue
        unique = "UNIQUE" in definition
        columns = definition[definition.index("(") + 1 :]
        if unique or table not in ALLAUTH_TABLES | {"accounts_session"}:  # theirs are for look-ups, under the policy
            assert columns.startswith("tenant_id"), f"{table}.{name}: {definition}"


def test_allauths_rules_survived_under_their_own_names() -> None:
    names = {row[0] for row in query("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")}
    assert {"unique_verified_email", "unique_primary_email", "unique_authenticator_type"} <= names
    for label in ("account.EmailAddress", "mfa.Authenticator"):
        for constraint in apps.get_model(label)._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                assert constraint.name in names, f"{label}: an upgrade renamed {constraint.name}; follow it"


def test_nothing_is_stored_that_the_app_cannot_read(school: object) -> None:
    """Grants reach tables made by later migrations as well."""
    user = settings.DATABASES["default"]["USER"]
    granted = query(
        f"SELECT table_name FROM information_schema.role_table_grants WHERE grantee = '{user}' "
        "GROUP BY table_name HAVING count(*) FILTER (WHERE privilege_type IN "
        "('SELECT', 'INSERT', 'UPDATE', 'DELETE')) = 4"
    )
    assert {row[0] for row in granted} == tables()
