from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.analytics.figures import school_figures
from colonnade.analytics.first_steps import first_steps
from colonnade.analytics.news import latest_deeds, latest_newcomers
from colonnade.tenants.permissions import Permission, allows, requires


@requires(Permission.SEE_DASHBOARD)
def dashboard(request: HttpRequest) -> HttpResponse:
    """The school at a glance, and what to do next."""
    user = request.user
    assert isinstance(user, User)
    now = timezone.now()
    figures = school_figures()
    steps = first_steps(user, figures)
    context = {
        "figures": figures,
        "steps": steps,
        "steps_done": sum(step.is_done for step in steps),
        "next_step": next((step for step in steps if not step.is_done), None),
        "may_edit": allows(user, Permission.EDIT_COURSES),
        "newcomers": latest_newcomers(now),
        "sees_activity": allows(user, Permission.SEE_AUDIT),
        "deeds": latest_deeds(now) if allows(user, Permission.SEE_AUDIT) else [],
    }
    return render(request, "analytics/dashboard.html", context)
