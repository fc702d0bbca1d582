"""What pages and API do with a heartbeat, and with somebody who says that a lecture is done."""

from typing import Any

from colonnade.accounts.models import User
from colonnade.courses.kinds import kind_of
from colonnade.courses.models import Lecture
from colonnade.learning.actions import NotInCourse, complete_lecture, record_progress
from colonnade.learning.schemas import Heartbeat
from colonnade.lib.problems import Conflict
from colonnade.tenants.permissions import Permission, allows


def hear(beat: Heartbeat, *, lecture: Lecture, by: User) -> dict[str, Any]:
    """Keep it, and answer with what is known now. Staff who preview are answered, and nothing is written down."""
    try:
        kept = record_progress(lecture=lecture, ranges=beat.ranges, position=beat.position, by=by, late=beat.late)
    except NotInCourse:
        if not allows(by, Permission.SEE_DASHBOARD):
            raise
        return {"watched_percent": 0, "completed": False}
    return {"watched_percent": kept.percent, "completed": kept.completed_at is not None}


def mark_done(lecture: Lecture, *, by: User) -> dict[str, Any]:
    """As `hear`, for a lecture that its reader marks as done. Raises Conflict where that is found out otherwise."""
    if lecture.kind != "video" and not kind_of(lecture).done_by_hand:
        raise Conflict(f"“{lecture}” is completed by what you do in it, not by saying so.")
    try:
        kept = complete_lecture(lecture=lecture, by=by)
    except NotInCourse:
        if not allows(by, Permission.SEE_DASHBOARD):
            raise
        return {"completed": False}
    return {"completed": kept.completed_at is not None}
