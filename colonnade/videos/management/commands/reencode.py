"""`colonnade reencode --older`: what an older encoder made is encoded anew, in the background, while it plays."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from colonnade.lib.problems import Conflict
from colonnade.lib.tenancy import across_tenants, tenant_scope
from colonnade.tenants.models import Tenant
from colonnade.videos.actions import renew_encoding
from colonnade.videos.clients import ENCODER_VERSION
from colonnade.videos.models import Video


class Command(BaseCommand):
    help = "Encode anew, behind what people wait for, the videos that an older encoder made. They play meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--older", action="store_true", required=True, help="those of an older encoder")
        parser.add_argument("--school", metavar="SUBDOMAIN", help="of this school only")
        parser.add_argument("--dry-run", action="store_true", help="only count them")

    def handle(self, *args: Any, **options: Any) -> None:
        schools = across_tenants(Tenant).order_by("subdomain")
        if options["school"] and not (schools := schools.filter(subdomain=options["school"])).exists():
            raise CommandError(f"There is no school “{options['school']}”.")
        total = sum(self._renew(school, dry_run=options["dry_run"]) for school in schools)
        if not total:
            self.stdout.write(f"Nothing to encode: all is of the present encoder, version {ENCODER_VERSION}.")

    def _renew(self, school: Tenant, *, dry_run: bool) -> int:
        """How many of the school's videos are outdated."""
        with tenant_scope(school.pk):
            outdated = list(Video.objects.outdated().only("pk", "duration"))
        if not outdated:
            return 0
        kept = Counter(dry_run or _ask(school, video) for video in outdated)
        hours = sum(video.duration or 0 for video in outdated) / 3600
        without = f", of which {kept[False]} without its original stay as they are" if kept[False] else ""
        videos = "1 video" if len(outdated) == 1 else f"{len(outdated)} videos"
        self.stdout.write(f"{school.subdomain}: {videos}, {hours:.1f} hours{without}")
        return len(outdated)


def _ask(school: Tenant, video: Video) -> bool:
    """Whether it can be encoded anew; each in a transaction of its own."""
    with tenant_scope(school.pk):
        try:
            renew_encoding(video=video, by=None)
        except Conflict:
            return False
    return True
