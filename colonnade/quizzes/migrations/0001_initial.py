import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import colonnade.lib.tenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("courses", "0004_kinds"),
        ("tenants", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Pool",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=colonnade.lib.tenancy.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=160)),
                (
                    "draw",
                    models.IntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(500),
                        ],
                    ),
                ),
                ("position", models.IntegerField()),
                (
                    "tenant",
                    models.ForeignKey(
                        db_default=colonnade.lib.tenancy.CurrentTenant(),
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Quiz",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=colonnade.lib.tenancy.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("introduction", models.TextField(blank=True)),
                (
                    "time_limit",
                    models.IntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                    ),
                ),
                (
                    "attempts_allowed",
                    models.IntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "passing_score",
                    models.IntegerField(
                        default=70,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "feedback",
                    models.CharField(
                        choices=[
                            ("at_once", "At once, question by question"),
                            ("after_attempt", "After each attempt"),
                            ("after_passing", "Once the quiz is passed"),
                            ("never", "Never: only the score"),
                        ],
                        default="after_attempt",
                        max_length=16,
                    ),
                ),
                ("partial_credit", models.BooleanField(default=True)),
                ("shuffle_questions", models.BooleanField(default=False)),
                ("shuffle_choices", models.BooleanField(default=True)),
                ("revision", models.IntegerField(default=1)),
                (
                    "lecture",
                    colonnade.lib.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quizzes",
                        to="courses.lecture",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_default=colonnade.lib.tenancy.CurrentTenant(),
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "quizzes",
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=colonnade.lib.tenancy.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.UUIDField(default=colonnade.lib.tenancy.uuid7)),
                ("position", models.IntegerField()),
                ("text", models.TextField()),
                ("content", models.JSONField()),
                ("explanation", models.TextField(blank=True)),
                (
                    "points",
                    models.DecimalField(
                        decimal_places=2,
                        default=1,
                        max_digits=6,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1000),
                        ],
                    ),
                ),
                ("revision", models.IntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "pool",
                    colonnade.lib.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="questions",
                        to="quizzes.pool",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_default=colonnade.lib.tenancy.CurrentTenant(),
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "quiz",
                    colonnade.lib.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="quizzes.quiz",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.AddField(
            model_name="pool",
            name="quiz",
            field=colonnade.lib.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pools",
                to="quizzes.quiz",
            ),
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=colonnade.lib.tenancy.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.IntegerField()),
                ("is_preview", models.BooleanField(default=False)),
                ("started_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("passing_score", models.IntegerField()),
                ("partial_credit", models.BooleanField()),
                ("place", models.CharField(blank=True, max_length=36)),
                ("place_seen_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("is_timed_out", models.BooleanField(default=False)),
                ("score", models.DecimalField(decimal_places=2, max_digits=9, null=True)),
                ("maximum", models.DecimalField(decimal_places=2, max_digits=9)),
                ("percent", models.IntegerField(null=True)),
                ("has_passed", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_default=colonnade.lib.tenancy.CurrentTenant(),
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "user",
                    colonnade.lib.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quiz_attempts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "quiz",
                    colonnade.lib.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="quizzes.quiz",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="quiz",
            constraint=colonnade.lib.tenancy.TenantRLS(column="tenant_id", name="quizzes_quiz_tenant"),
        ),
        migrations.AddConstraint(
            model_name="quiz",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="quizzes_quiz_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="quiz",
            constraint=models.UniqueConstraint(fields=("tenant", "lecture"), name="quizzes_quiz_once_a_lecture"),
        ),
        migrations.AddConstraint(
            model_name="quiz",
            constraint=models.CheckConstraint(
                condition=models.Q(("time_limit", None), ("time_limit__gte", 1), _connector="OR"),
                name="quizzes_quiz_time_to_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="quiz",
            constraint=models.CheckConstraint(
                condition=models.Q(("passing_score__gte", 0), ("passing_score__lte", 100)),
                name="quizzes_quiz_passing_score",
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["tenant", "quiz", "position"], name="quizzes_question_order"),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                condition=models.Q(("pool__isnull", False)), fields=["tenant", "pool"], name="quizzes_question_pool"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=colonnade.lib.tenancy.TenantRLS(column="tenant_id", name="quizzes_question_tenant"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="quizzes_question_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at", None)), fields=("tenant", "key"), name="quizzes_question_one_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(condition=models.Q(("points__gte", 0)), name="quizzes_question_points"),
        ),
        migrations.AddIndex(
            model_name="pool",
            index=models.Index(fields=["tenant", "quiz", "position"], name="quizzes_pool_order"),
        ),
        migrations.AddConstraint(
            model_name="pool",
            constraint=colonnade.lib.tenancy.TenantRLS(column="tenant_id", name="quizzes_pool_tenant"),
        ),
        migrations.AddConstraint(
            model_name="pool",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="quizzes_pool_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="pool",
            constraint=models.CheckConstraint(condition=models.Q(("draw__gte", 1)), name="quizzes_pool_draws_some"),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["tenant", "user"], name="quizzes_attempt_of_user"),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=colonnade.lib.tenancy.TenantRLS(column="tenant_id", name="quizzes_attempt_tenant"),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="quizzes_attempt_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                fields=("tenant", "quiz", "user", "number"), name="quizzes_attempt_numbered"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("tenant", "quiz", "user"),
                name="quizzes_attempt_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("has_passed", False), ("percent", None), ("score", None)),
                    models.Q(("closed_at__isnull", False), ("percent__isnull", False), ("score__isnull", False)),
                    _connector="OR",
                ),
                name="quizzes_attempt_closed_with_score",
            ),
        ),
        # Last: they refer to the others' (tenant, id).
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=colonnade.lib.tenancy.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.IntegerField()),
                ("order", models.JSONField(default=list)),
                ("given", models.JSONField(null=True)),
                ("revision", models.IntegerField(default=0)),
                ("answered_at", models.DateTimeField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("score", models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_default=colonnade.lib.tenancy.CurrentTenant(),
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "attempt",
                    colonnade.lib.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="quizzes.attempt",
                    ),
                ),
                (
                    "question",
                    colonnade.lib.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="quizzes.question",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "indexes": [models.Index(fields=["tenant", "question"], name="quizzes_answer_question")],
                "constraints": [
                    colonnade.lib.tenancy.TenantRLS(column="tenant_id", name="quizzes_answer_tenant"),
                    models.UniqueConstraint(fields=("tenant", "id"), name="quizzes_answer_tenant_id"),
                    colonnade.lib.tenancy.TenantReference("attempt", name="quizzes_answer_attempt_of_tenant"),
                    colonnade.lib.tenancy.TenantReference("question", name="quizzes_answer_question_of_tenant"),
                    models.UniqueConstraint(fields=("tenant", "attempt", "position"), name="quizzes_answer_placed"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="quiz",
            constraint=colonnade.lib.tenancy.TenantReference("lecture", name="quizzes_quiz_lecture_of_tenant"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=colonnade.lib.tenancy.TenantReference("quiz", name="quizzes_question_quiz_of_tenant"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=colonnade.lib.tenancy.TenantReference("pool", name="quizzes_question_pool_of_tenant"),
        ),
        migrations.AddConstraint(
            model_name="pool",
            constraint=colonnade.lib.tenancy.TenantReference("quiz", name="quizzes_pool_quiz_of_tenant"),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=colonnade.lib.tenancy.TenantReference("quiz", name="quizzes_attempt_quiz_of_tenant"),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=colonnade.lib.tenancy.TenantReference("user", name="quizzes_attempt_user_of_tenant"),
        ),
    ]
