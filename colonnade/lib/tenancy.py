"""One schema, many schools: the database refuses what the code forgets.

Every row of a school carries `tenant_id`, and row-level security compares it with `app.tenant_id`, a setting of the
transaction alone (`set_config(…, true)`), so that nothing survives on a pooled connection. With no tenant set, a
query is an error, not an empty answer. See docs/adr/0001-row-level-security.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast
from uuid import UUID

import uuid_utils.compat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement
from django.db.models.constraints import BaseConstraint

PLATFORM_ID = UUID("00000000-0000-7000-8000-000000000000")
"""The roof: the platform is a tenant too, whose people are creators and operators."""

M = TypeVar("M", bound=models.Model)

_current: ContextVar[UUID | None] = ContextVar("tenant_id", default=None)


class NoTenant(RuntimeError):
    """Something of a school was asked for outside any school's scope."""


def current_tenant_id() -> UUID:
    """The tenant whose scope is open. Raises NoTenant outside any."""
    tenant_id = _current.get()
    if tenant_id is None:
        raise NoTenant("No school is in scope. Open one with tenant_scope().")
    return tenant_id


def uuid7() -> UUID:
    """A new key, ordered by time, so that new rows lie together in the index."""
    return uuid_utils.compat.uuid7()


@contextmanager
def tenant_scope(tenant_id: UUID) -> Iterator[None]:
    """A transaction that sees and writes the rows of one tenant and no others.

    Inside another scope it is a savepoint, and the outer tenant is back afterwards.
    """
    outer = _current.get()
    with transaction.atomic():
        _set_tenant(str(tenant_id))
        token = _current.set(tenant_id)
        try:
            yield
            if outer is not None and not transaction.get_connection().needs_rollback:
                _set_tenant(str(outer))  # released savepoints keep a local setting; rolled back ones restore it
        finally:
            _current.reset(token)


@contextmanager
def naming_tenant(tenant_id: UUID) -> Iterator[None]:
    """Names the tenant without a transaction: for long jobs, which open short scopes of their own."""
    token = _current.set(tenant_id)
    try:
        yield
    finally:
        _current.reset(token)


def _set_tenant(tenant_id: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [tenant_id])


def across_tenants(model: type[M]) -> models.QuerySet[M]:
    """The one door for reading across schools: a read-only role with a policy of its own.

    For resolving a host, the operator's console and other deeds that are about all schools, never in a school's page.
    """
    return model._default_manager.using("platform")


def cache_key(key: str, key_prefix: str, version: int) -> str:
    """KEY_FUNCTION of the cache: the tenant stands in every key, so that no school can name another's entry."""
    tenant_id = _current.get()
    return f"{key_prefix}:{tenant_id or 'platform'}:{version}:{key}"


class CurrentTenant(models.Func):
    """`current_setting('app.tenant_id')::uuid`, the default of every `tenant_id` column."""

    template = "(current_setting('app.tenant_id'::text))::uuid"
    arity = 0
    output_field = models.UUIDField()


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """A reference within a school. The constraint in the database is TenantReference's, over both columns."""

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs.update(db_constraint=False, db_index=False)  # an index of use begins with the tenant: Meta.indexes
        super().__init__(to, on_delete, **kwargs)


class TenantModel(models.Model):
    """A row of a school. Give `Meta.constraints` the rules of `tenant_row()`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(
        "tenants.Tenant",
        on_delete=models.CASCADE,
        db_default=CurrentTenant(),  # PostgreSQL fills it, for SQL as for models
        editable=False,
        related_name="+",
        db_index=False,  # it leads the unique (tenant, id)
    )

    class Meta:
        abstract = True


def tenant_row(*references: str) -> list[BaseConstraint]:
    """The rules of a school's table: its policy, a key others can refer to, and a two-column key per reference."""
    return [
        TenantRLS(name="%(app_label)s_%(class)s_tenant"),
        models.UniqueConstraint(fields=["tenant", "id"], name="%(app_label)s_%(class)s_tenant_id"),
        *(TenantReference(field, name=f"%(app_label)s_%(class)s_{field}_of_tenant") for field in references),
    ]


class _SchemaRule(BaseConstraint):
    """A constraint that is SQL of its own after the table stands; nothing for Python to validate."""

    def create_statement(self, model: type[models.Model]) -> str:
        raise NotImplementedError

    def remove_statement(self, model: type[models.Model]) -> str:
        raise NotImplementedError

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model is not None
        assert schema_editor is not None
        statement = Statement(self.create_statement(model).replace("%", "%%"))
        schema_editor.deferred_sql.append(statement)
        return ""  # nothing inside CREATE TABLE

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model is not None
        return self.create_statement(model)

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model is not None
        return self.remove_statement(model)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database is the judge."""


def row_level_security(table: str, column: str = "tenant_id") -> str:
    """SQL that closes `table` but to its tenant. Plain equality: 10,000 tenants plan as fast as ten.

    Permissive policies are joined by OR, so the owner (migrations of data) and the platform's role (reading) see all.
    """
    return f"""
ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "{table}" USING ("{column}" = current_setting('app.tenant_id')::uuid);
CREATE POLICY owner ON "{table}" TO CURRENT_USER USING (true);
CREATE POLICY platform ON "{table}" FOR SELECT TO "{settings.DATABASES["platform"]["USER"]}" USING (true);
"""


class TenantRLS(_SchemaRule):
    """Row-level security on a table; makes `makemigrations` emit the policy."""

    def __init__(self, *, column: str = "tenant_id", name: str) -> None:
        super().__init__(name=name)
        self.column = column

    def create_statement(self, model: type[models.Model]) -> str:
        return row_level_security(model._meta.db_table, self.column)

    def remove_statement(self, model: type[models.Model]) -> str:
        table = model._meta.db_table
        return (
            f'DROP POLICY tenant ON "{table}"; DROP POLICY owner ON "{table}"; DROP POLICY platform ON "{table}"; '
            f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY; ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY'
        )

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "column": self.column}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TenantRLS) and (self.name, self.column) == (other.name, other.column)

    __hash__ = BaseConstraint.__hash__


class TenantReference(_SchemaRule):
    """A foreign key over (tenant_id, field). Foreign-key checks ignore policies; this one cannot leave the school."""

    def __init__(self, field: str, *, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def create_statement(self, model: type[models.Model]) -> str:
        field = cast("models.ForeignKey[Any, Any]", model._meta.get_field(self.field))
        target = field.related_model
        assert isinstance(target, type)
        return (
            f'ALTER TABLE "{model._meta.db_table}" ADD CONSTRAINT "{self.name}" '
            f'FOREIGN KEY (tenant_id, "{field.column}") REFERENCES "{target._meta.db_table}" (tenant_id, id) '
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def remove_statement(self, model: type[models.Model]) -> str:
        return f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT "{self.name}"'

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, _, kwargs = super().deconstruct()
        return path, (self.field,), kwargs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TenantReference) and (self.name, self.field) == (other.name, other.field)

    __hash__ = BaseConstraint.__hash__


class OwnerMigrates:
    """Database router: only the owner changes the schema; the other two aliases are the same database."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, obj1: models.Model, obj2: models.Model, **hints: Any) -> bool:
        return True


def refuse_powerful_role() -> None:
    """Start-up check: the role of web and worker must be subject to the policies.

    Raises ImproperlyConfigured if it is a superuser, may bypass row-level security, or owns a table.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, EXISTS (SELECT FROM pg_tables WHERE tableowner = current_user "
            "AND schemaname = 'public') FROM pg_roles WHERE rolname = current_user"
        )
        superuser, bypasses, owns = cursor.fetchone()
    if superuser or bypasses or owns:
        power = "is a superuser" if superuser else "may bypass row-level security" if bypasses else "owns tables"
        raise ImproperlyConfigured(
            f"The database role {connections['default'].settings_dict['USER']} {power}: schools would see each other. "
            "Unset DATABASE_APP_URL to let Colonnade make a role without power, or name such a role there."
        )
