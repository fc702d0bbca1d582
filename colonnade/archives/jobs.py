"""What the worker does with archives."""

import logging
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.archives import making, reading, writing
from colonnade.archives.models import KEPT, CourseExport, CourseImport, ImportState
from colonnade.archives.zips import Zip
from colonnade.audit.models import record
from colonnade.lib.jobs import every, is_passing, job
from colonnade.lib.objects import uploads
from colonnade.lib.problems import Problem
from colonnade.lib.tenancy import across_tenants, current_tenant_id, tenant_scope
from colonnade.videos.actions import delete_video
from colonnade.videos.models import Video

logger = logging.getLogger(__name__)

_OUR_FAULT = "Something went wrong on our side. Ask again; if it stays so, tell whoever runs the platform."


@job(long=True)
def write(*, export_id: str) -> None:
    """Write the archive that was asked for. Running it again writes it anew."""
    with tenant_scope(current_tenant_id()):
        export = CourseExport.objects.filter(pk=export_id, ready_at=None).first()
    if export is None or (packing := writing.pack(export.course_id)) is None:
        return
    try:
        size = writing.write_archive(packing, export.path)
    except Exception as error:
        if is_passing(error):
            raise
        logger.exception("Writing %s failed", export)
        _note(export, failure=_OUR_FAULT)
        return
    _note(export, ready_at=timezone.now(), size=size, left_out=packing.left_out)


@job(long=True)
def check(*, import_id: str) -> None:
    """Look at an archive that was sent, and write down what it would make."""
    sent = _sent(import_id)
    if sent is None or sent.state != ImportState.CHECKING:
        return
    try:
        with uploads().reader(sent.path) as file, Zip(file) as archive:
            plan = reading.read_plan(archive, sent.filename)
    except Problem as problem:
        _note(sent, checked_at=timezone.now(), refusal=problem.detail[:500])
    else:
        _note(sent, checked_at=timezone.now(), plan=plan.manifest.model_dump(mode="json"), notes=plan.notes[:500])


@job(long=True)
def bring(*, import_id: str) -> None:
    """Make the course. Running it again goes on where the last run was broken off."""
    sent = _sent(import_id)
    if sent is None or sent.state != ImportState.IMPORTING:
        return
    with tenant_scope(current_tenant_id()):
        by = User.objects.get(pk=sent.created_by_id)
    try:
        with uploads().reader(sent.path) as file, Zip(file) as archive:
            making.bring_videos(sent, archive, by)
            with tenant_scope(current_tenant_id()):
                course = making.make_course(sent, archive, by)
                CourseImport.objects.filter(pk=sent.pk).update(course=course, done_at=timezone.now())
    except Exception as error:
        if is_passing(error):
            raise
        if not isinstance(error, Problem):
            logger.exception("Bringing in %s failed", sent)
        _give_up(sent, error.detail if isinstance(error, Problem) else _OUR_FAULT, by)
        return
    remove(archive_id=str(sent.pk), upload_id="")


@job(long=True)
def remove(*, archive_id: str, upload_id: str) -> None:
    """Remove all that the store holds of an archive."""
    below = f"archives/{archive_id}/"
    if upload_id:
        uploads().abort_upload(f"{below}sent.zip", upload_id)
    uploads().delete(uploads().paths(below))


@every("53 * * * *")
def forget_old() -> None:
    """Archives have their time, whether or not anybody came for them."""
    before = timezone.now() - KEPT
    for export in across_tenants(CourseExport).filter(asked_at__lt=before):
        with tenant_scope(export.tenant_id):
            CourseExport.objects.filter(pk=export.pk).delete()
            remove.later(archive_id=export.pk, upload_id="")
    over = ~Q(confirmed_at__isnull=False, done_at=None, failure="")
    for sent in across_tenants(CourseImport).filter(over, created_at__lt=before):
        with tenant_scope(sent.tenant_id):
            CourseImport.objects.filter(pk=sent.pk).delete()
            remove.later(archive_id=sent.pk, upload_id=sent.upload_id)


def _sent(import_id: str) -> CourseImport | None:
    with tenant_scope(current_tenant_id()):
        return CourseImport.objects.filter(pk=UUID(import_id)).first()


def _note(row: CourseExport | CourseImport, **facts: object) -> None:
    with tenant_scope(current_tenant_id()):
        type(row)._default_manager.filter(pk=row.pk).update(**facts)


def _give_up(sent: CourseImport, sentence: str, by: User) -> None:
    """Nothing of it stays but the sentence."""
    with tenant_scope(current_tenant_id()):
        for video in Video.objects.filter(pk__in=sent.brought.values(), lectures=None):
            delete_video(video=video, by=by)
        CourseImport.objects.filter(pk=sent.pk).update(failure=sentence[:500], brought={})
        record("archive.import_failed", sent, by=by, why=sentence)
