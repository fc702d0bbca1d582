"""Days as the school's calendar has them, whatever the server's clock and the reader's browser think."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone

from colonnade.lib.tenancy import current_tenant_id
from colonnade.tenants.models import Tenant


class NoSuchTime(ValueError):
    """Clocks are put forward over this time; the message says so."""


class Calendar:
    """In one time zone, by its IANA name."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)

    @property
    def today(self) -> date:
        return self.date_of(timezone.now())

    def date_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def day(self, moment: datetime | None) -> str:
        """ "3 March", with the year where it is not this one; nothing of nothing."""
        if moment is None:
            return ""
        day = moment.astimezone(self.zone)
        return f"{day.day} {day:%B}" if day.year == self.today.year else f"{day.day} {day:%B %Y}"

    def minute(self, moment: datetime | None) -> str:
        """The day and the time: "3 March, 14:05"."""
        return f"{self.day(moment)}, {moment.astimezone(self.zone):%H:%M}" if moment else ""

    def day_or_minute(self, moment: datetime) -> str:
        """The day alone where that is when it begins."""
        return self.day(moment) if moment == self.start_of(self.date_of(moment)) else self.minute(moment)

    def start_of(self, day: date) -> datetime:
        """The first moment of the day. Where clocks are put forward at midnight, the day begins at one o'clock."""
        # Of a time that is left out, zoneinfo takes the offset from before: midnight becomes the moment of the change.
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """The first moment after the day, an hour more or less where clocks are changed."""
        return self.start_of(day + timedelta(days=1))

    def moment(self, written: datetime) -> datetime:
        """What a clock on the wall means here; of a time that comes twice, the first. Raises NoSuchTime."""
        moment = written.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        if self.written(moment) != written.replace(tzinfo=None):
            raise NoSuchTime(f"On this day there is no {written:%H:%M} in {self.zone.key}: clocks are put forward.")
        return moment

    def written(self, moment: datetime) -> datetime:
        """What a clock on the wall shows here at the moment, without a zone: for form fields."""
        return moment.astimezone(self.zone).replace(tzinfo=None)


def calendar_of(request: HttpRequest) -> Calendar:
    """The school's, without a query: TenantMiddleware knows it."""
    return Calendar(request.tenant.time_zone)  # type: ignore[attr-defined]


def school_calendar() -> Calendar:
    """Of the school in scope. One query; a page has `request.tenant.time_zone` already."""
    return Calendar(Tenant.objects.only("time_zone").get(pk=current_tenant_id()).time_zone)
