"""What the worker does for courses."""

from uuid import UUID

from colonnade.courses.kinds.file import jobs as files  # noqa: F401  # the worker looks here for jobs
from colonnade.courses.models import Content, Course, Lecture, small
from colonnade.lib.jobs import every, job
from colonnade.lib.objects import media
from colonnade.lib.tenancy import across_tenants, tenant_scope
from colonnade.videos.encoding import when_ready
from colonnade.videos.playback import VISITORS, allow, withdraw


@job()
def delete_thumbnail(*, path: str) -> None:
    """Delete a picture that no course shows any more."""
    media().delete([path, small(path)])


@job()
def delete_unnamed_files(*, paths: list[str]) -> None:
    """Delete files of lectures that no lecture names any more, if it ever did."""
    named = Content.objects.filter(files__overlap=paths).values_list("files", flat=True)
    media().delete(set(paths).difference(*named))


@job()
def settle_visitors(*, video_id: str) -> None:
    """What visitors may watch or not, as it is by now; it is tried until the cache takes it.

    Of a scheduled course nobody has an address yet, and nothing stands in the way when its time comes.
    """
    shown = Course.objects.filter(published_at__isnull=False, archived_at=None)
    is_open = Lecture.objects.filter(video=UUID(video_id), is_preview=True, course__in=shown).exists()
    (allow if is_open else withdraw)(VISITORS, [UUID(video_id)])


@job()
def swap_in(*, video_id: str) -> None:
    """A video is ready: the lectures that waited for it show it."""
    from colonnade.courses import actions  # which know the job above

    for lecture in Lecture.objects.filter(replacement=UUID(video_id)):
        actions.swap_in(lecture=lecture)


when_ready.append(swap_in)


@every("* * * * *")
def announce_scheduled() -> None:
    """Each minute: courses whose date has come are told. Whether they are published, their date alone says."""
    from colonnade.courses import actions

    for course in across_tenants(Course).to_announce():  # type: ignore[attr-defined]  # the queryset is Course's own
        with tenant_scope(course.tenant_id):
            actions.announce_course(course=course)
