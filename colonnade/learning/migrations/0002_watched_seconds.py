import django.db.models.functions.datetime
from django.db import migrations, models

import colonnade.learning.models

# One definition each, for the heartbeat that writes and for every page that reads.
SECONDS_IN = """
CREATE FUNCTION seconds_in(seconds int4multirange) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT coalesce(sum(upper(span) - lower(span)), 0)::integer FROM unnest(seconds) AS span)
"""
WATCHED_PERCENT = """
CREATE FUNCTION watched_percent(seconds integer, duration double precision) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN duration > 0 THEN least(100, coalesce(seconds, 0) * 100 / greatest(1, floor(duration)::integer))
    ELSE 0
END
"""


class Migration(migrations.Migration):
    dependencies = [("learning", "0001_initial")]

    operations = [
        migrations.RunSQL(SECONDS_IN, "DROP FUNCTION seconds_in(int4multirange)"),
        migrations.RunSQL(WATCHED_PERCENT, "DROP FUNCTION watched_percent(integer, double precision)"),
        migrations.RemoveIndex(model_name="progress", name="learning_progress_latest"),
        migrations.AddField(
            model_name="progress",
            name="started_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="progress",
            name="watched_seconds",
            field=models.GeneratedField(
                db_persist=True,
                expression=colonnade.learning.models.SecondsIn("watched"),
                output_field=models.IntegerField(),
            ),
        ),
        migrations.AlterField(
            model_name="progress",
            name="updated_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
    ]
