"""`colonnade tier`: what is hardly watched goes where keeping it costs less."""

from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from colonnade.lib.tenancy import across_tenants
from colonnade.ops.tiering import NO_CLASSES, begin, due
from colonnade.tenants.models import Tenant
from colonnade.videos.models import Tier
from colonnade.videos.tiering import Move
from colonnade.videos.tiers import classes


class Command(BaseCommand):
    help = "Move videos that are hardly watched to cheaper classes of the store, and say what that saves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--school", metavar="SUBDOMAIN", help="of this school only")
        parser.add_argument("--dry-run", action="store_true", help="only say what would move")

    def handle(self, *args: Any, **options: Any) -> None:
        among = classes()
        if not among:
            self.stdout.write(NO_CLASSES)
            return
        schools = across_tenants(Tenant).order_by("subdomain")
        if options["school"] and not (schools := schools.filter(subdomain=options["school"])).exists():
            raise CommandError(f"There is no school “{options['school']}”.")
        total = Move()
        for school in schools:
            moves: dict[tuple[str, Tier], list[Move]] = defaultdict(list)
            for tiering in due(school, among):
                moves[tiering.video.tier, tiering.tier].append(tiering.move)
                if not options["dry_run"]:
                    begin(school, tiering)
            for (before, after), some in moves.items():
                self.stdout.write(
                    f"{school.subdomain}: {len(some)} from {before} to {after}: {_told(sum(some, Move()))}"
                )
                total = sum(some, total)
        self.stdout.write(f"{'Would move' if options['dry_run'] else 'Moving'} {_told(total)}")


def _told(move: Move) -> str:
    return (
        f"{move.objects} objects ({filesizeformat(move.bytes)}), "
        f"saves ${move.saves:.2f} a month, costs ${move.costs:.2f} once"
    )
