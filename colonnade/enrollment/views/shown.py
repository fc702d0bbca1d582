"""Codes right after they were made.

Codes are kept as hashes, so only whoever holds the seed of a batch can show them. It lies in a signed cookie of the
browser that made the batch, for ten minutes and for that person alone; nothing here could show them later.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from colonnade.accounts.person import person
from colonnade.enrollment import codes
from colonnade.enrollment.models import AccessCode, CodeBatch
from colonnade.lib.tenancy import current_tenant_id

SHOWN_FOR = 600  # seconds

_COOKIE = "seed"


@dataclass(frozen=True)
class Shown:
    """The codes of a batch that may be seen: made anew by their number, as many as are asked for."""

    seed: bytes
    key: bytes

    def text(self, number: int, code_hash: bytes | memoryview) -> str:
        """Code `number` (from 0), if it is the one with this hash: a batch made under a former secret shows nothing."""
        symbols = codes.code(self.seed, number)
        return codes.write(symbols) if codes.hash_of(symbols, self.key) == bytes(code_hash) else ""


def keep_shown(request: HttpRequest, response: HttpResponse, batch: CodeBatch, seed: bytes) -> None:
    response.set_signed_cookie(
        _COOKIE, seed.hex(), salt=_salt(batch), max_age=SHOWN_FOR, path=reverse("code-batch", args=[batch.pk]),
        secure=request.is_secure(), httponly=True, samesite="Strict",
    )  # fmt: skip


def shown_codes(request: HttpRequest, batch: CodeBatch) -> Shown | None:
    """The batch's codes, if this browser holds their seed and this person made them."""
    seed = request.get_signed_cookie(_COOKIE, "", salt=_salt(batch), max_age=SHOWN_FOR)
    if not seed or batch.created_by_id != person(request).pk:
        return None
    return Shown(bytes.fromhex(seed), codes.school_keys(current_tenant_id())[0])


def text_of(code: AccessCode, number: int, shown: Shown | None) -> str:
    """The whole code while it may be seen, else nothing."""
    return shown.text(number, code.code_hash) if shown else ""


def _salt(batch: CodeBatch) -> str:
    return f"codes {batch.pk}"
