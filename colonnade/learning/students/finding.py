"""Which students: by name or address, by course, by whether they may study, by how far they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Collate

from colonnade.accounts.models import Role, User
from colonnade.courses.models import Lecture
from colonnade.enrollment.models import Enrollment
from colonnade.learning.models import Progress
from colonnade.learning.reads import COUNTED

_LAST_CHARACTER = "\U0010ffff"  # sorts after whatever an address goes on with
LONGEST_SEARCH = 100


class Access(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    NONE = "none"  # in no course, and never was


class How(StrEnum):
    """How far, in a course."""

    NEW = "new"
    UNDER_WAY = "under-way"
    COMPLETED = "completed"


@dataclass(frozen=True)
class Filter:
    """What is asked for; nothing in a field is anything. Of several courses, one that fits all is enough."""

    text: str = ""
    course_id: UUID | None = None
    access: Access | None = None
    how: How | None = None

    @classmethod
    def read(cls, words: Mapping[str, str]) -> "Filter":
        """From an address's query; what it does not know, it leaves out."""
        return cls(
            text=words.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH],
            course_id=_uuid(words.get("course", "")),
            access=next((access for access in Access if access == words.get("access")), None),
            how=next((how for how in How if how == words.get("progress")), None),
        )

    @property
    def is_empty(self) -> bool:
        return self == Filter()


def find_students(wanted: "Filter | str" = "") -> QuerySet[User]:
    """Newest first; with a text, those whose address begins with it or whose name has it.

    Row-level security lets no index help with names; the school's own people are looked through, and no others.
    """
    wanted = Filter(text=wanted) if isinstance(wanted, str) else wanted
    students = User.objects.filter(role=Role.STUDENT).order_by("-created_at", "-id")
    if wanted.text:
        address = wanted.text.lower()
        # By range: LIKE is not leakproof. "C" compares by character, whatever the database sorts by.
        students = students.alias(address=Collate("email", "C"))
        begins = Q(address__gte=address, address__lt=address + _LAST_CHARACTER)
        students = students.filter(begins | Q(name__icontains=wanted.text))
    return _studying(students, wanted)


def _studying(students: QuerySet[User], wanted: Filter) -> QuerySet[User]:
    held = Enrollment.objects.filter(user=OuterRef("pk"))
    if wanted.access is Access.NONE:
        return students.filter(~Exists(held))
    if not (wanted.course_id or wanted.access or wanted.how):
        return students
    if wanted.course_id:
        held = held.filter(course=wanted.course_id)
    if wanted.access:
        is_open = Q(pk__in=Enrollment.objects.active().values("pk"))
        held = held.filter(is_open if wanted.access is Access.OPEN else ~is_open)
    if wanted.how:
        held = held.filter(_far(wanted.how))
    return students.filter(Exists(held))


def _far(how: How) -> Q:
    """Of an enrollment; the same lectures count as in reads.py."""
    progress = Progress.objects.filter(user=OuterRef("user"), lecture__course=OuterRef("course"))
    begun = Q(Exists(progress.filter(Q(watched_seconds__gt=0) | Q(completed_at__isnull=False))))
    if how is How.NEW:
        return ~begun
    done = Progress.objects.filter(lecture=OuterRef("pk"), user=OuterRef(OuterRef("user")), completed_at__isnull=False)
    left = Q(Exists(Lecture.objects.filter(COUNTED, ~Exists(done), course=OuterRef("course"))))
    if how is How.UNDER_WAY:
        return begun & left
    return Q(Exists(progress.filter(completed_at__isnull=False))) & ~left


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
