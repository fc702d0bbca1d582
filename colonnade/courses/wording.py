"""What the editor says about a course's parts."""

from colonnade.courses.models import Opening
from colonnade.tenants.calendar import Calendar


def opening_words(opening: Opening, calendar: Calendar) -> str:
    """When it opens, as a sentence; its lecture, if it waits for one, must be at hand."""
    if opening.at is not None:
        return f"Opens on {calendar.day_or_minute(opening.at)}."
    if opening.days is not None:
        return f"Opens {opening.days} day{'' if opening.days == 1 else 's'} after a student comes in."
    assert opening.after is not None
    return f"Opens once “{opening.after.title}” is completed."
