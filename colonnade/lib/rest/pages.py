"""Pages by cursor: a page is found by where the last one ended, so that it costs the same however deep it lies."""

import base64
import binascii
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import models
from ninja import Field, Schema

from colonnade.lib.problems import Invalid

T = TypeVar("T")
LIMIT_MAXIMUM = 100


class PageQuery(Schema):
    cursor: str = Field("", description="`next_cursor` of the page before; empty for the first page", max_length=64)
    limit: int = Field(20, ge=1, le=LIMIT_MAXIMUM, description="how many items at most")


class Page(Schema, Generic[T]):
    items: list[T]
    next_cursor: str | None = Field(description="pass it as `cursor` for the next page; null on the last one")


def page_of(queryset: models.QuerySet[Any, Any], query: PageQuery) -> dict[str, Any]:
    """The page of a queryset (of models or of `values()` with `id`), newest first: keys are ordered by time (UUIDv7).

    Raises Invalid for a cursor that was not ours.
    """
    rows = queryset.order_by("-id")
    if query.cursor:
        rows = rows.filter(id__lt=_opened(query.cursor))
    found = list(rows[: query.limit + 1])
    shown = found[: query.limit]
    more = len(found) > query.limit
    return {"items": shown, "next_cursor": _closed(_key_of(shown[-1])) if more else None}


def _key_of(row: Any) -> UUID:
    key = row["id"] if isinstance(row, dict) else row.pk
    assert isinstance(key, UUID)
    return key


def _closed(key: UUID) -> str:
    return base64.urlsafe_b64encode(key.bytes).decode().rstrip("=")


def _opened(cursor: str) -> UUID:
    try:
        return UUID(bytes=base64.b64decode(cursor + "==", altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise Invalid("`cursor` is not one that this API gave out. Leave it out for the first page.") from error
