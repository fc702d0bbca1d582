"""The school's audit log, for its owner."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from colonnade.audit.models import AuditEntry, in_words
from colonnade.lib.problems import Invalid
from colonnade.lib.rest import PageQuery, page_of
from colonnade.tenants.permissions import Permission, requires

PAGE = 50
OFFERED_FROM = 2000  # what the filters offer is read from so many of the newest entries: the log has no end


@requires(Permission.SEE_AUDIT)
@require_GET
def activity(request: HttpRequest) -> HttpResponse:
    """Newest first, by cursor. Two queries, however long the log is."""
    action, person, cursor = (request.GET.get(name, "") for name in ("action", "person", "cursor"))
    entries = AuditEntry.objects.all()
    if action:
        entries = entries.filter(action=action)
    if person:
        entries = entries.filter(by_id=_id(person))
    page = page_of(entries, PageQuery(cursor=cursor[:64], limit=PAGE))
    chosen = {name: value for name, value in (("action", action), ("person", person)) if value}
    context = {
        "entries": page["items"],
        "next_url": _url(**chosen, cursor=page["next_cursor"]) if page["next_cursor"] else "",
        "newest_url": _url(**chosen) if cursor else "",
        "action": action,
        "person": person,
        **_offered(),
    }
    return render(request, "tenants/activity.html", context)


def _offered() -> dict[str, Any]:
    """What there is to filter by."""
    newest = AuditEntry.objects.order_by("-id").values_list("action", "by_id", "by_label")[:OFFERED_FROM]
    rows = set(newest)
    actions = sorted({(action, in_words(action)) for action, _, _ in rows}, key=lambda pair: pair[1])
    people = sorted({(str(by_id), label) for _, by_id, label in rows if by_id}, key=lambda pair: pair[1])
    return {"actions": actions, "people": people}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid("There is no such person in the log. Choose one from the list.") from error


def _url(**query: str) -> str:
    return f"?{urlencode(query)}"
