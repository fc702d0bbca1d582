"""Access codes, enrollments, invitations."""

from ninja import Router

from colonnade.enrollment.api import codes, enrollments, invitations

router = Router(tags=["Access"])
for part in (codes, enrollments, invitations):
    router.add_router("", part.router)

__all__ = ["router"]
