"""Brings the database and the object store to what this version needs; safe to run again and at the same time."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from colonnade.lib import objects
from colonnade.lib.roles import one_at_a_time, prepare_roles
from colonnade.lib.tenancy import refuse_powerful_role


class Command(BaseCommand):
    help = "Make roles, migrate, make buckets; with --demo also the demo school, if there is no school yet."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="make the demo school on the first start")

    def handle(self, *args: Any, **options: Any) -> None:
        with one_at_a_time():
            prepare_roles()
            call_command("migrate", interactive=False, verbosity=0)
        refuse_powerful_role()
        objects.prepare_buckets(settings.SCHOOL_ORIGINS)
        if options["demo"]:
            call_command("demo", if_empty=True)
