"""What search engines and link previews read: structured data, robots.txt, sitemap.xml."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from colonnade.courses.models import Course
from colonnade.pages.outline import Outline
from colonnade.tenants.models import Tenant

# A data block ends at "</script", whatever JSON thinks of it.
_IN_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
NOT_FOR_ROBOTS = ("/dashboard/", "/learn/", "/account/", "/api/", "/redeem/", "/handoff/", "/2fa/", "/sessions/")


def structured_data(data: dict[str, Any]) -> SafeString:
    """A JSON-LD block. It is data, so no policy on scripts applies to it, and none runs."""
    json = orjson.dumps({"@context": "https://schema.org", **data}).decode().translate(_IN_SCRIPT)
    return mark_safe(f'<script type="application/ld+json">{json}</script>')  # noqa: S308  # made safe the line above


def of_school(tenant: Tenant) -> SafeString:
    data: dict[str, Any] = {"@type": "EducationalOrganization", "name": tenant.name, "url": tenant.url()}
    if tenant.instructor_name:
        data["employee"] = {"@type": "Person", "name": tenant.instructor_name}
    return structured_data(data)


def of_course(tenant: Tenant, course: Course, outline: Outline) -> SafeString:
    return structured_data(
        {
            "@type": "Course",
            "name": course.title,
            "description": course.description or f"A course at {tenant.name}.",
            "url": tenant.url(f"/courses/{course.slug}/"),
            "image": tenant.url(course.picture),
            "provider": {"@type": "EducationalOrganization", "name": tenant.name, "url": tenant.url()},
            "hasCourseInstance": {
                "@type": "CourseInstance",
                "courseMode": "Online",
                "courseWorkload": f"PT{max(1, round(outline.seconds / 60))}M",
            },
        }
    )


def robots_txt(tenant: Tenant) -> str:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS),
        "",
        f"Sitemap: {tenant.url('/sitemap.xml')}",
    ]
    return "\n".join(lines) + "\n"


def sitemap_xml(pages: Iterable[tuple[str, datetime | None]]) -> str:
    """Addresses with the time of their last change (sitemaps.org)."""
    urls = "".join(f"<url><loc>{escape(address)}</loc>{_lastmod(at)}</url>" for address, at in pages)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>\n'
    )


def _lastmod(at: datetime | None) -> str:
    return f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>" if at else ""
