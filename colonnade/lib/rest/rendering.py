"""How documents become bytes: one way, so that an ETag made of a document is that of the answer that carries it."""

from typing import Any

import orjson
from pydantic import BaseModel


def rendered(data: Any) -> bytes:
    """JSON as the API sends it."""
    return orjson.dumps(data, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    return str(value)
