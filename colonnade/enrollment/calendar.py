"""Days as the school's calendar has them, whatever the server's clock and the reader's browser think."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from colonnade.lib.tenancy import current_tenant_id
from colonnade.tenants.models import Tenant


class Calendar:
    """In one time zone, by its IANA name."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)

    @property
    def today(self) -> date:
        return timezone.now().astimezone(self.zone).date()

    def day(self, moment: datetime | None) -> str:
        """ "3 March", with the year where it is not this one; nothing of nothing."""
        if moment is None:
            return ""
        day = moment.astimezone(self.zone)
        return f"{day.day} {day:%B}" if day.year == self.today.year else f"{day.day} {day:%B %Y}"

    def minute(self, moment: datetime | None) -> str:
        """The day and the time: "3 March, 14:05"."""
        return f"{self.day(moment)}, {moment.astimezone(self.zone):%H:%M}" if moment else ""

    def end_of(self, day: date) -> datetime:
        """The first moment after the day, an hour more or less where clocks are changed."""
        return datetime.combine(day + timedelta(days=1), time(), self.zone)


def school_calendar() -> Calendar:
    """Of the school in scope. One query; a page has `request.tenant.time_zone` already."""
    return Calendar(Tenant.objects.only("time_zone").get(pk=current_tenant_id()).time_zone)
