"""Lists for spreadsheets."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

_TYPE = "text/csv; charset=utf-8"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Rows = Iterable[Sequence[object]]


def sheet(filename: str, heading: Sequence[str], rows: Rows) -> HttpResponse:
    """A CSV file to download: UTF-8 with the mark that Excel wants, and never kept by a cache."""
    response = HttpResponse(b"".join(_written(heading, [rows])), content_type=_TYPE)
    _offer(response, filename)
    return response


def long_sheet(filename: str, heading: Sequence[str], parts: Iterable[Rows]) -> StreamingHttpResponse:
    """The same for lists that should not lie in memory as a whole.

    Each part is made only when it is sent, after the view is done, so a part opens the scope it needs by itself.
    """
    response = StreamingHttpResponse(_written(heading, parts), content_type=_TYPE)
    _offer(response, filename)
    return response


def _offer(response: HttpResponseBase, filename: str) -> None:
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "no-store"


def _written(heading: Sequence[str], parts: Iterable[Rows]) -> Iterator[bytes]:
    yield ("\ufeff" + _lines([heading])).encode()
    for part in parts:
        yield _lines([cell(value) for value in row] for row in part).encode()


def _lines(rows: Rows) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def cell(value: object) -> str:
    """As text that no program takes for a formula: names and labels are whatever people typed."""
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
