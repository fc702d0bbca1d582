"""The school's calendar, under the name that this app has long known it by."""

from colonnade.tenants.calendar import Calendar, school_calendar

__all__ = ["Calendar", "school_calendar"]
