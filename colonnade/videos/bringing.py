"""Videos that come from our own side: out of an archive, not from somebody's browser."""

from typing import IO

from colonnade.accounts.models import User
from colonnade.lib.tenancy import current_tenant_id, tenant_scope
from colonnade.videos.actions import begin_upload, complete_upload
from colonnade.videos.models import Video


def bring_in(*, filename: str, size: int, file: IO[bytes], by: User) -> Video:
    """Take in a file of `size` bytes as if it had been uploaded; a part of it at a time is in memory.

    It opens transactions of its own, the last of which queues the encoding. What a killed worker leaves goes the way of
    all uploads that nobody finished. Raises Invalid as begin_upload() does, and when the file ends early.
    """
    tenant_id = current_tenant_id()
    with tenant_scope(tenant_id):
        video = begin_upload(filename=filename, size=size, content_type="", fingerprint="", by=by)
    upload = video.upload
    parts = [
        upload.bucket.put_part(upload.path, upload.upload_id, number, file.read(upload.size_of(number)))
        for number in upload.numbers
    ]
    with tenant_scope(tenant_id):
        return complete_upload(video=video, parts=parts, by=by)
