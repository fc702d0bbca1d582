"""Anybody who has a certificate's code can check it: an employer, or whoever scans it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from colonnade.learning.certificates import paper_of
from colonnade.learning.models import Certificate
from colonnade.learning.models.certificates import plain
from colonnade.learning.printing import as_pdf, as_picture
from colonnade.lib.problems import Conflict
from colonnade.lib.ratelimits import client_address, limit
from colonnade.tenants.models import Tenant

CHECKS = "60/minute"  # of one address: a code has 60 bits, and setting a page takes a tenth of a second


@require_safe
@login_not_required
def certificate_check(request: HttpRequest) -> HttpResponse:
    """A field for the code, for those who hold paper."""
    typed = request.GET.get("code", "").replace("\0", "").strip()[:40]
    if not typed:
        return render(request, "learning/certificate_check.html", {})
    limit("certificate", CHECKS, client_address(request))
    found = Certificate.objects.with_code(typed).first()
    if found is None:
        return render(request, "learning/certificate_check.html", {"typed": typed}, status=404)
    return redirect("certificate", found.code)


@cache_control(private=True, no_cache=True)
@require_safe
@login_not_required
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Whether it is valid, and what it says."""
    found = _found(request, code)
    if code != found.code:
        return redirect("certificate", found.code)
    school = _school(request)
    return render(request, "learning/certificate.html", {"certificate": found, "paper": paper_of(found, school)})


@cache_control(private=True, max_age=60)
@require_safe
@login_not_required
def certificate_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The paper. Of a revoked one there is none."""
    found = _found(request, code)
    if found.revoked_at:
        raise Conflict("This certificate was revoked, so it is not printed any more.")
    response = HttpResponse(as_pdf(paper_of(found, _school(request))), content_type="application/pdf")
    filename = f"certificate-{slugify(found.course_title)[:60] or found.code}.pdf"
    response["Content-Disposition"] = content_disposition_header(False, filename) or "inline"
    return response


@cache_control(private=True, max_age=60)
@require_safe
@login_not_required
def picture(request: HttpRequest, code: str) -> HttpResponse:
    """The paper as a picture, for the page; a revoked one says so across it."""
    paper = paper_of(_found(request, code), _school(request))
    return HttpResponse(as_picture(paper), content_type="image/png")


def _found(request: HttpRequest, code: str) -> Certificate:
    limit("certificate", CHECKS, client_address(request))
    found = Certificate.objects.filter(code=plain(code)).first()
    if found is None:
        raise Http404
    return found


def _school(request: HttpRequest) -> Tenant:
    return request.tenant  # type: ignore[attr-defined,no-any-return]  # set by TenantMiddleware
