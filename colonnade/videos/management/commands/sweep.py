"""`colonnade sweep`: store and database are compared, school by school, both ways."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat, pluralize

from colonnade.lib.tenancy import across_tenants
from colonnade.tenants.models import Tenant
from colonnade.videos.jobs import remove_objects
from colonnade.videos.stocktaking import MOST_NAMED, Stock, take_stock


class Command(BaseCommand):
    help = "Remove objects that no video knows, and name videos whose objects are missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--school", metavar="SUBDOMAIN", help="of this school only")
        parser.add_argument("--dry-run", action="store_true", help="only say what there is")
        parser.add_argument("--force", action="store_true", help="remove even where most videos are unknown")

    def handle(self, *args: Any, **options: Any) -> None:
        schools = across_tenants(Tenant).order_by("subdomain")
        if options["school"] and not (schools := schools.filter(subdomain=options["school"])).exists():
            raise CommandError(f"There is no school “{options['school']}”.")
        going = remove_objects.arguments_underway("video_id")
        total = Stock()
        for school in schools:
            stock = take_stock(school, repair=not options["dry_run"], going=going, force=options["force"])
            self._report(school.subdomain, stock)
            total.videos += stock.videos
            total.objects += stock.objects
            total.bytes += stock.bytes
        self.stdout.write(
            f"{total.videos} videos, {total.objects} objects, {filesizeformat(total.bytes)} looked through"
        )

    def _report(self, name: str, stock: Stock) -> None:
        if stock.orphans:
            done = f"{stock.removed} removed" if stock.removed else "none removed"
            self.stdout.write(
                f"{name}: {stock.orphans} object{pluralize(stock.orphans)} of no video "
                f"({filesizeformat(stock.orphan_bytes)}), {done}"
            )
        if stock.withheld:
            self.stderr.write(f"{name}: {stock.withheld}. If that is right, sweep it with --force.")
        for missing in stock.missing[:MOST_NAMED]:
            self.stdout.write(f"{name}: the {missing.what} of video {missing.video_id} is not in the store")
        if (more := len(stock.missing) - MOST_NAMED) > 0:
            self.stdout.write(f"{name}: and {more} more")
