"""The peers of the playback door, under the very settings of `colonnade web`; the path's beginning says which.

/signed admits a viewer as the door does and answers nothing; /boto3 then reads the segment as the door once did.
"""

import os
from collections.abc import Iterable
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    from colonnade.lib.objects import client
    from colonnade.lib.tenancy import naming_tenant
    from colonnade.videos.playback.address import read_address

    peer, path = environ["PATH_INFO"][1:].split("/", 1)
    address = read_address(f"/{path}")
    assert address is not None
    with naming_tenant(address.tenant_id):
        _door()._admit(address, environ)
    body = b""
    if peer == "boto3":
        key = f"{address.tenant_id}/videos/{address.video_id}/{address.file}"
        body = b"".join(client().get_object(Bucket="media", Key=key)["Body"].iter_chunks(256 * 1024))
    start_response("200 OK", [("Content-Type", "video/iso.segment"), ("Content-Length", str(len(body)))])
    return [body]


def _door() -> Any:
    from colonnade.videos.playback import Playback

    return Playback(lambda *request: [])


if __name__ == "__main__":
    import django

    django.setup()
    Granian(
        "benchmarks.playback_peers:application",
        address=os.environ["HOST"],
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=64,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()
