"""What was said of a code's one use is said by rows now, and a batch's one course by a row as well."""

from django.db import migrations

# UUIDv7 of a moment: PostgreSQL has a function for it from 18 only.
_UUID7 = """
CREATE FUNCTION pg_temp.uuid7_of(moment timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send((extract(epoch FROM moment) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1),
    'hex')::uuid
$$;
"""

_COPY = """
INSERT INTO enrollment_batchcourse (id, tenant_id, batch_id, course_id)
SELECT pg_temp.uuid7_of(created_at), tenant_id, id, course_id FROM enrollment_codebatch;

UPDATE enrollment_accesscode SET taken = 1 WHERE used_at IS NOT NULL;

INSERT INTO enrollment_redemption (id, tenant_id, batch_id, code_id, user_id, at)
SELECT pg_temp.uuid7_of(used_at), tenant_id, batch_id, id, used_by_id, used_at
FROM enrollment_accesscode WHERE used_at IS NOT NULL;

UPDATE enrollment_enrollment SET source = 'code' WHERE code_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("enrollment", "0003_seats_and_doors")]

    operations = [migrations.RunSQL(_UUID7 + _COPY, migrations.RunSQL.noop)]
