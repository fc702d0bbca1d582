"""Course → Section → Lecture."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.courses.kinds import DEFAULT, Kind, kind_of
from colonnade.lib.tenancy import TenantForeignKey, TenantModel, tenant_row
from colonnade.videos.models import Video, VideoState

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


def small(path: str) -> str:
    """Where the small variant of a thumbnail lies, for lists."""
    return path.removesuffix(".webp") + "-small.webp"


def drawn_picture(title: str) -> str:
    """The address of a picture drawn for the title: the same title, the same picture."""
    return f"/media/drawn/{sha256(title.encode()).hexdigest()[:8]}.svg"


class Level(models.TextChoices):
    """Whom a course is for; empty: it does not say."""

    BEGINNER = "beginner", "For beginners"
    INTERMEDIATE = "intermediate", "Intermediate"
    ADVANCED = "advanced", "Advanced"
    ALL = "all", "For everybody"


class CourseState(models.TextChoices):
    """Where a course stands. It follows from its dates and the clock, and is kept nowhere."""

    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    PUBLISHED = "published", "Published"
    ARCHIVED = "archived", "Archived"


_IN_STATE: dict[CourseState, Callable[[], Q]] = {
    CourseState.DRAFT: lambda: Q(published_at=None),
    CourseState.SCHEDULED: lambda: Q(published_at__gt=timezone.now()),
    CourseState.PUBLISHED: lambda: Q(published_at__lte=timezone.now(), archived_at=None),
    CourseState.ARCHIVED: lambda: Q(archived_at__isnull=False),
}


class CourseQuerySet(models.QuerySet["Course"]):
    def published(self) -> "CourseQuerySet":
        """Those that visitors see: their time has come, whether or not the worker has announced it."""
        return self.in_state(CourseState.PUBLISHED)

    def in_state(self, state: str) -> "CourseQuerySet":
        """Those in a CourseState; of anything else, all."""
        return self.filter(_IN_STATE[CourseState(state)]()) if state in CourseState.values else self

    def to_announce(self) -> "CourseQuerySet":
        """Those that were published by the clock, and nobody has told the school's pages yet."""
        return self.published().filter(announced_at=None)

    def figures(self) -> dict[str, int]:
        """How many there are: `all`, and by state. One query."""
        states = {state.value: Count("pk", filter=condition()) for state, condition in _IN_STATE.items()}
        counted: dict[str, int] = self.aggregate(all=Count("pk"), **states)
        return counted

    def titled(self, text: str) -> "CourseQuerySet":
        """Those whose title holds the text."""
        return self.filter(title__icontains=text) if text else self

    def described(self, *, category: str = "", level: str = "", language: str = "", tag: str = "") -> "CourseQuerySet":
        """Those of which all that is given is true; what is empty does not matter."""
        wanted = {"category": category, "level": level, "language": language}
        found = self.filter(**{name: value for name, value in wanted.items() if value})
        return found.filter(tags__contains=[tag.lower()]) if tag else found

    def categories(self) -> list[str]:
        """All that are in use, by name."""
        return list(self.exclude(category="").order_by("category").values_list("category", flat=True).distinct())

    def with_students(self) -> "CourseQuerySet":
        """`student_count`: how many may study each. A subquery, as in with_figures()."""
        enrollments = apps.get_model("enrollment", "Enrollment").objects  # upstairs: asked by name
        present = enrollments.active().filter(course=OuterRef("pk")).order_by().values("course")
        return self.annotate(student_count=Coalesce(Subquery(present.annotate(count=Count("pk")).values("count")), 0))

    def newest_first(self) -> "CourseQuerySet":
        return self.order_by("-created_at", "-id")

    def with_outline(self) -> "CourseQuerySet":
        """Sections, lectures and videos in two queries more, however many there are."""
        return self.prefetch_related(_outline())

    def with_editor_outline(self) -> "CourseQuerySet":
        """The same, of videos and lectures only what the editor's outline prints."""
        shown = ("title", "kind", "position", "filled_at", "is_preview", "course_id", "section_id")
        of_video = ("state", "filename", "duration", "progress", "failure", "making", "renewal_asked_at", "playable_at")
        lectures = Lecture.objects.select_related("video").prefetch_related("replacement")
        lectures = lectures.only(*shown, "replacement_id", *(f"video__{name}" for name in of_video))
        sections = Section.objects.prefetch_related(models.Prefetch("lectures", lectures))
        return self.prefetch_related(models.Prefetch("sections", sections))

    def with_figures(self) -> "CourseQuerySet":
        """`lecture_count` and `duration` (seconds of ready video) of each.

        Subqueries, because PostgreSQL makes them for the rows of the page alone; a join grouped all courses first and
        took a second for a thousand.
        """
        lectures = Lecture.objects.filter(course=OuterRef("pk")).order_by().values("course")
        ready = lectures.filter(video__state=VideoState.READY)
        return self.annotate(
            lecture_count=Coalesce(Subquery(lectures.annotate(count=Count("pk")).values("count")), 0),
            duration=Subquery(ready.annotate(seconds=Sum("video__duration")).values("seconds")),
        )


def _outline() -> "models.Prefetch[str]":
    lectures = models.Prefetch("lectures", Lecture.objects.select_related("video", "replacement"))
    return models.Prefetch("sections", Section.objects.prefetch_related(lectures))


class Course(TenantModel):
    """`published_at` is the moment from which visitors see it, and may lie ahead: then the course is scheduled.

    That date is the one truth; `announced_at` only says that its coming has been told (by the worker, of a scheduled
    one), so that it is told once.
    """

    title = models.CharField(max_length=160)
    slug = models.SlugField(max_length=180, db_index=False)  # the unique (tenant, slug) serves
    description = models.TextField(blank=True, max_length=5000)
    thumbnail = models.CharField(max_length=200, blank=True)  # path in `media`; empty: a drawn one is shown
    category = models.CharField(max_length=60, blank=True, default="", db_default="")
    level = models.CharField(max_length=12, choices=Level.choices, blank=True, default="", db_default="")
    language = models.CharField(max_length=35, blank=True, default="", db_default="")  # a BCP 47 tag
    tags = ArrayField(models.CharField(max_length=40), default=list, db_default=[])
    outcomes = ArrayField(models.CharField(max_length=200), default=list, db_default=[])  # what people will learn
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    outline_version = models.IntegerField(default=1, db_default=1)  # counts the changes of order, for stale pages
    published_at = models.DateTimeField(null=True)
    published_by_id = models.UUIDField(null=True)
    announced_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)  # its students keep it, nobody new gets in
    archived_by_id = models.UUIDField(null=True)

    if TYPE_CHECKING:
        sections: RelatedManager["Section"]
        lectures: RelatedManager["Lecture"]

    objects = CourseQuerySet.as_manager()

    class Meta:
        constraints = [
            *tenant_row(),
            models.UniqueConstraint(fields=["tenant", "slug"], name="courses_course_slug_once_a_school"),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by_id=None)
                | Q(published_at__isnull=False, published_by_id__isnull=False),
                name="courses_course_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(announced_at=None) | Q(published_at__isnull=False, announced_at__gte=F("published_at")),
                name="courses_course_announced_when_published",
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None, archived_by_id=None)
                | Q(published_at__isnull=False, archived_at__gte=F("published_at"), archived_by_id__isnull=False),
                name="courses_course_archived_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-created_at", "-id"], name="courses_course_newest"),
            models.Index(fields=["tenant", "published_at", "-created_at"], name="courses_course_published"),
            models.Index(fields=["tenant", "category", "-id"], name="courses_course_category"),
            models.Index(
                fields=["tenant", "published_at"],
                condition=Q(announced_at=None, published_at__isnull=False),
                name="courses_course_to_announce",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> CourseState:
        if self.archived_at is not None:
            return CourseState.ARCHIVED
        if self.published_at is None:
            return CourseState.DRAFT
        return CourseState.PUBLISHED if self.published_at <= timezone.now() else CourseState.SCHEDULED

    @property
    def is_published(self) -> bool:
        """Whether visitors see it."""
        return self.state == CourseState.PUBLISHED

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def manage_url(self) -> str:
        """Below it lies all that the staff does with the course. Written out: the editor has it twenty times."""
        return f"/dashboard/courses/{self.pk}/"

    @property
    def picture(self) -> str:
        """The address of the picture, 1280×720 at most; a drawn one stands in, so there always is one."""
        return f"/media/{self.thumbnail}" if self.thumbnail else drawn_picture(self.title)

    @property
    def small_picture(self) -> str:
        """The same for lists, 480×270 at most."""
        return f"/media/{small(self.thumbnail)}" if self.thumbnail else drawn_picture(self.title)


class Section(TenantModel):
    course = TenantForeignKey(Course, on_delete=models.CASCADE, related_name="sections")
    title = models.CharField(max_length=160)
    position = models.IntegerField()  # from 1, without gaps only by habit: order is what counts

    opens = ""  # a sentence, set for whoever prints it

    if TYPE_CHECKING:
        lectures: RelatedManager["Lecture"]

    class Meta:
        constraints = [*tenant_row("course")]
        indexes = [models.Index(fields=["tenant", "course", "position"], name="courses_section_order")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def manage_url(self) -> str:
        return f"/dashboard/courses/sections/{self.pk}/"


_LEARNT = [
    *("course_id", "title", "position", "kind", "filled_at", "is_preview", "section__title", "section__position"),
    *("video__state", "video__playable_at", "video__duration", "video__progress", "video__has_audio"),
    *("video__chapters", "video__tier", "video__edition", "video__making", "video__encoder_version"),
]


class LectureQuerySet(models.QuerySet["Lecture"]):
    def in_order(self) -> "LectureQuerySet":
        return self.order_by("section__position", "section_id", "position", "id")

    def to_learn(self) -> "LectureQuerySet":
        """In order, with section and video, and of these only what a learner's page shows: it is read the most."""
        return self.in_order().select_related("section", "video").only(*_LEARNT)


class Lecture(TenantModel):
    """A lecture names its course as well as its section, so that a course's lectures need no join.

    What it is, the table of kinds says (kinds/__init__.py). One that is no video keeps what it holds in `Content`, or
    in tables of its kind's own app; `filled_at` says here, for lists and counts, that there is something to show.
    While its video plays, another one can be uploaded and encoded: the replacement, which takes its place once ready.
    """

    course = TenantForeignKey(Course, on_delete=models.CASCADE, related_name="lectures")
    section = TenantForeignKey(Section, on_delete=models.CASCADE, related_name="lectures")
    title = models.CharField(max_length=160)
    position = models.IntegerField()
    kind = models.CharField(max_length=20, default=DEFAULT, db_default=DEFAULT)
    filled_at = models.DateTimeField(null=True)  # of all kinds but video, whose own state tells
    is_preview = models.BooleanField(default=False, db_default=False)  # anybody may take it, from the public page
    video = TenantForeignKey(Video, on_delete=models.SET_NULL, null=True, related_name="lectures")
    replacement = TenantForeignKey(Video, on_delete=models.SET_NULL, null=True, related_name="replacing")

    opens = ""  # a sentence, set for whoever prints it

    objects = LectureQuerySet.as_manager()

    class Meta:
        constraints = [
            *tenant_row("course", "section", "video", "replacement"),
            models.CheckConstraint(
                condition=Q(kind="video", filled_at=None) | (~Q(kind="video") & Q(video=None, replacement=None)),
                name="courses_lecture_of_one_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "section", "position"], name="courses_lecture_order"),
            models.Index(fields=["tenant", "course"], name="courses_lecture_course"),
            models.Index(fields=["tenant", "video"], name="courses_lecture_video"),
            models.Index(
                fields=["tenant", "replacement"],
                condition=Q(replacement__isnull=False),
                name="courses_lecture_replacement",
            ),
        ]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def lack(self) -> str:
        """What keeps the lecture from being shown, as the end of a sentence; empty if nothing does."""
        return kind_of(self).lack(self)

    @property
    def what(self) -> Kind:
        """Its kind, for templates."""
        return kind_of(self)

    @property
    def manage_url(self) -> str:
        """Below it lies all that the staff does with the lecture. Written out: reverse() takes longer than the row."""
        return f"/dashboard/courses/lectures/{self.pk}/"

    @property
    def editor_url(self) -> str:
        return kind_of(self).editor_url(self)


class Content(TenantModel):
    """What a lecture holds that is no video: one document, in the form that its kind knows and judges."""

    lecture = TenantForeignKey(Lecture, on_delete=models.CASCADE, related_name="contents")  # one at most
    body = models.JSONField(default=dict)
    words = models.TextField(blank=True)  # what of it is words, for the search
    files = ArrayField(models.CharField(max_length=200), default=list)  # what it needs of the media bucket
    version = models.IntegerField(default=0)  # counts the times it was saved, for stale editors
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by_id = models.UUIDField()

    class Meta:
        constraints = [
            *tenant_row("lecture"),
            models.UniqueConstraint(fields=["tenant", "lecture"], name="courses_content_once_a_lecture"),
        ]

    def __str__(self) -> str:
        return f"what {self.lecture_id} holds"

    def is_being_written(self, by: User) -> bool:
        """Whether the same person has saved it a moment ago."""
        lately = timezone.now() - self.updated_at < timedelta(minutes=10)
        return self.version > 0 and self.updated_by_id == by.pk and lately


class Opening(TenantModel):
    """When a section or a lecture opens to a student of the course; without a row, at once.

    One rule of three: at a moment, so many days after the student came in, or once another lecture of the course is
    completed. A lecture waits for its section's rule and for its own.
    """

    DAYS_MOST: ClassVar[int] = 3650

    course = TenantForeignKey(Course, on_delete=models.CASCADE, related_name="openings")
    section = TenantForeignKey(Section, on_delete=models.CASCADE, null=True, related_name="openings")  # one at most
    lecture = TenantForeignKey(Lecture, on_delete=models.CASCADE, null=True, related_name="openings")
    at = models.DateTimeField(null=True)
    days = models.IntegerField(null=True)  # it opens as that day begins at the school: docs/adr/0012-drip.md
    after = TenantForeignKey(Lecture, on_delete=models.CASCADE, null=True, related_name="opened")

    class Meta:
        constraints = [
            *tenant_row("course", "section", "lecture", "after"),
            models.UniqueConstraint(fields=["tenant", "section"], name="courses_opening_once_a_section"),
            models.UniqueConstraint(fields=["tenant", "lecture"], name="courses_opening_once_a_lecture"),
            models.CheckConstraint(
                condition=Q(section=None, lecture__isnull=False) | Q(section__isnull=False, lecture=None),
                name="courses_opening_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(at__isnull=False, days=None, after=None)
                | Q(at=None, days__isnull=False, days__gte=1, days__lte=3650, after=None)
                | Q(at=None, days=None, after__isnull=False),
                name="courses_opening_by_one_rule",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "course"], name="courses_opening_course"),
            models.Index(fields=["tenant", "after"], condition=Q(after__isnull=False), name="courses_opening_after"),
        ]

    def __str__(self) -> str:
        return f"opening of {self.section_id or self.lecture_id}"


class Profile(TenantModel):
    """A member of the staff as visitors meet them, on the pages of the courses they teach."""

    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="profiles")  # one at most
    name = models.CharField(max_length=120)
    bio = models.TextField(blank=True, max_length=2000)
    picture = models.CharField(max_length=200, blank=True)  # path in `media`

    class Meta:
        constraints = [
            *tenant_row("user"),
            models.UniqueConstraint(fields=["tenant", "user"], name="courses_profile_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def picture_url(self) -> str:
        return f"/media/{self.picture}" if self.picture else ""


class Teaching(TenantModel):
    """Somebody teaches a course; the first comes first."""

    course = TenantForeignKey(Course, on_delete=models.CASCADE, related_name="teachings")
    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="teachings")
    position = models.IntegerField()

    class Meta:
        constraints = [
            *tenant_row("course", "user"),
            models.UniqueConstraint(fields=["tenant", "course", "user"], name="courses_teaching_once"),
        ]
        indexes = [models.Index(fields=["tenant", "user"], name="courses_teaching_user")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.user_id} teaches {self.course_id}"
