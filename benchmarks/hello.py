"""The peer of the public page: bare WSGI applications under the very settings of `colonnade web`.

/ answers "hello"; /same answers as many bytes, with as many headers, as the page has that is measured beside it.
"""

import os
from collections.abc import Iterable
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

SAME_BYTES = int(os.environ.get("HELLO_BYTES", "5"))
SAME_HEADERS = int(os.environ.get("HELLO_HEADERS", "2"))
_SAME = b"x" * SAME_BYTES
_SHORT = [("Content-Type", "text/plain"), ("Content-Length", "5")]
_LONG = [
    ("Content-Type", "text/html"),
    ("Content-Length", str(SAME_BYTES)),
    *((f"X-Header-{number}", "a value of the usual length") for number in range(SAME_HEADERS - 2)),
]


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/same":
        start_response("200 OK", _LONG)
        return [_SAME]
    start_response("200 OK", _SHORT)
    return [b"hello"]


if __name__ == "__main__":
    Granian(
        "benchmarks.hello:application",
        address=os.environ["HOST"],
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        workers=int(os.environ["WEB_WORKERS"]),
        blocking_threads=int(os.environ["WEB_THREADS"]),
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()
