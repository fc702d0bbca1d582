"""What every page knows: its school, and where its reader may go."""

from typing import Any

from django.http import HttpRequest


def school(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"tenant": getattr(request, "tenant", None)}
