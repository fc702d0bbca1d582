"""The platform is tenant zero: there is always a tenant in scope."""

from django.conf import settings
from django.db import migrations

from colonnade.lib.tenancy import PLATFORM_ID


def make_platform(apps, schema_editor):
    Tenant = apps.get_model("tenants", "Tenant")
    Tenant.objects.using(schema_editor.connection.alias).create(
        id=PLATFORM_ID, name=settings.PLATFORM_NAME, subdomain="www"
    )


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]
    operations = [migrations.RunPython(make_platform, migrations.RunPython.noop)]
