from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enrollment", "0004_copy_uses")]

    operations = [
        migrations.RemoveConstraint(
            model_name="accesscode",
            name="enrollment_accesscode_course_of_tenant",
        ),
        migrations.RemoveConstraint(
            model_name="accesscode",
            name="enrollment_accesscode_used_by_of_tenant",
        ),
        migrations.RemoveConstraint(
            model_name="codebatch",
            name="enrollment_codebatch_course_of_tenant",
        ),
        migrations.RemoveIndex(
            model_name="accesscode",
            name="enrollment_code_used_by",
        ),
        migrations.RemoveIndex(
            model_name="accesscode",
            name="enrollment_code_used",
        ),
        migrations.RemoveIndex(
            model_name="codebatch",
            name="enrollment_batch_course",
        ),
        migrations.RemoveField(
            model_name="accesscode",
            name="course",
        ),
        migrations.RemoveField(
            model_name="accesscode",
            name="expires_at",
        ),
        migrations.RemoveField(
            model_name="accesscode",
            name="used_at",
        ),
        migrations.RemoveField(
            model_name="accesscode",
            name="used_by",
        ),
        migrations.RemoveField(
            model_name="codebatch",
            name="course",
        ),
    ]
