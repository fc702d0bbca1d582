"""allauth's tables become a school's: a tenant column that PostgreSQL fills, the policy, and unique per school.

allauth needs no override for it. Its unique indexes keep their own names, so that its later migrations find them;
tests/test_consistency.py says so when an upgrade undoes it.
"""

from django.db import migrations

from colonnade.lib.tenancy import row_level_security

TABLES = {
    "account_emailaddress": "user_id",
    "account_emailconfirmation": None,
    "mfa_authenticator": "user_id",
    "usersessions_usersession": "user_id",
}

UNIQUE_INDEXES = """
SELECT i.relname, pg_get_indexdef(i.oid), c.conname FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
LEFT JOIN pg_constraint c ON c.conindid = i.oid AND c.contype = 'u'
WHERE t.relname = %s AND x.indisunique AND NOT x.indisprimary
"""


def give_to_schools(apps, schema_editor):
    for table, user_column in TABLES.items():
        schema_editor.execute(
            f"ALTER TABLE {table} ADD COLUMN tenant_id uuid REFERENCES tenants_tenant (id) DEFERRABLE INITIALLY DEFERRED;"
            # Apart from ADD COLUMN, which would evaluate the default at once, where no tenant is set.
            f"ALTER TABLE {table} ALTER tenant_id SET DEFAULT current_setting('app.tenant_id')::uuid;"
            f"ALTER TABLE {table} ALTER tenant_id SET NOT NULL",
            None,
        )
        if user_column:
            schema_editor.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_user_of_tenant FOREIGN KEY (tenant_id, {user_column}) "
                f"REFERENCES accounts_user (tenant_id, id) DEFERRABLE INITIALLY DEFERRED"
            )
        for statement in make_unique_by_school(schema_editor, table):
            schema_editor.execute(statement)
        schema_editor.execute(row_level_security(table), None)


def make_unique_by_school(schema_editor, table):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(UNIQUE_INDEXES, [table])
        for index, definition, constraint in cursor.fetchall():
            columns = definition[definition.index("(") :]
            by_school = columns.replace("(", "(tenant_id, ", 1)
            if constraint:
                yield f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"'
                yield f'ALTER TABLE {table} ADD CONSTRAINT "{constraint}" UNIQUE {by_school}'
            else:
                yield f'DROP INDEX "{index}"'
                yield f'CREATE UNIQUE INDEX "{index}" ON {table} {by_school}'


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
        ("tenants", "0002_platform"),
    ]
    operations = [migrations.RunPython(give_to_schools, migrations.RunPython.noop)]
