"""What anybody may see. Each page for visitors comes from the outer cache; whoever is signed in gets their own."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from colonnade.accounts.models import User
from colonnade.courses.lengths import summary
from colonnade.courses.models import Course, CourseQuerySet, CourseState
from colonnade.courses.search import search
from colonnade.enrollment.actions import is_free
from colonnade.enrollment.models import Enrollment
from colonnade.lib.ratelimits import client_address, limit
from colonnade.pages import search_engines
from colonnade.pages.catalogue import Wish, choices, facts_of, instructors_of
from colonnade.pages.outer_cache import publicly_cached, stale_at
from colonnade.pages.outline import outline_of
from colonnade.pages.plans import PLANS
from colonnade.tenants.models import Tenant

COURSES_ON_HOME = 12
COURSES_ON_A_PAGE = 24
SEARCHES = "60 per minute"  # from one address: a class may search at once, a machine should not all day


@login_not_required
@require_safe
@publicly_cached(ttl=settings.LANDING_PAGE_TTL)
def product(request: HttpRequest) -> HttpResponse:
    """The platform's own page."""
    return render(request, "pages/product.html", {"plans": PLANS, "canonical": _tenant(request).url()})


@login_not_required
@require_safe
@publicly_cached(ttl=settings.LANDING_PAGE_TTL)
def school_home(request: HttpRequest) -> HttpResponse:
    tenant = _tenant(request)
    _until_next_publication(request)
    courses = _cards(_offered()[: COURSES_ON_HOME + 1])
    context = {
        "courses": courses[:COURSES_ON_HOME],
        "has_more": len(courses) > COURSES_ON_HOME,
        "canonical": tenant.url(),
        "structured_data": search_engines.of_school(tenant),
    }
    return render(request, "pages/school.html", context)


@login_not_required
@require_safe
@publicly_cached(ttl=settings.COURSE_PAGE_TTL)
def catalogue(request: HttpRequest, number: int = 1) -> HttpResponse:
    """All published courses. Pages are paths, because the outer cache keeps nothing for a query string.

    Whoever searches or filters has one, and is answered without the cache.
    """
    _until_next_publication(request)
    wish = Wish.read(request.GET)
    if wish.is_any:
        return _wished(request, wish)
    pages = Paginator(_offered(), COURSES_ON_A_PAGE)
    if not 1 <= number <= pages.num_pages:
        raise Http404
    page = pages.page(number)
    canonical = _tenant(request).url(f"/courses/page/{number}/" if number > 1 else "/courses/")
    return render(
        request,
        "pages/catalogue.html",
        {
            "page": page,
            "courses": _cards(page.object_list),
            "canonical": canonical,
            "wish": wish,
            "filters": choices(wish),
        },
    )


def _wished(request: HttpRequest, wish: Wish) -> HttpResponse:
    """The courses that are as wished, by what anybody may see of them."""
    found = _offered().described(**wish.traits)
    if wish.q:
        limit("public-search", SEARCHES, client_address(request))
        best = list(dict.fromkeys(hit.course_id for hit in search(wish.q, inside=[], most=COURSES_ON_A_PAGE * 4)))
        by_id = {course.pk: course for course in found.filter(pk__in=best)}
        courses = [by_id[pk] for pk in best if pk in by_id][:COURSES_ON_A_PAGE]
        page = None
    else:
        page = Paginator(found, COURSES_ON_A_PAGE).get_page(request.GET.get("page"))
        courses = list(page.object_list)
    context = {
        "page": page,
        "courses": _cards(courses),
        "canonical": _tenant(request).url("/courses/"),
        "wish": wish,
        "wish_query": wish.query(),
        "filters": choices(wish),
    }
    return render(request, "pages/catalogue.html", context)


@login_not_required
@require_safe
@publicly_cached(ttl=settings.COURSE_PAGE_TTL)
def course_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A published course; a draft is not found, whoever asks."""
    tenant = _tenant(request)
    course = get_object_or_404(Course.objects.published().with_outline(), slug=slug)
    outline = outline_of(course)
    context = {
        "course": course,
        "outline": outline,
        "facts": facts_of(course),
        "instructors": instructors_of(course),
        "is_enrolled": _is_enrolled(request, course),
        "is_free": is_free(course),
        "canonical": tenant.url(f"/courses/{course.slug}/"),
        "social_image": tenant.url(course.picture) if course.thumbnail else "",
        "structured_data": search_engines.of_course(tenant, course, outline),
    }
    return render(request, "pages/course.html", context)


@login_not_required
@require_safe
@publicly_cached(ttl=settings.LANDING_PAGE_TTL)
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(search_engines.robots_txt(_tenant(request)), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
@publicly_cached(ttl=settings.COURSE_PAGE_TTL)
def sitemap(request: HttpRequest) -> HttpResponse:
    tenant = _tenant(request)
    _until_next_publication(request)
    courses = (
        Course.objects.published().newest_first().values_list("slug", "updated_at") if not tenant.is_platform else []
    )
    pages = [(tenant.url(), None), *((tenant.url(f"/courses/{slug}/"), at) for slug, at in courses)]
    return HttpResponse(search_engines.sitemap_xml(pages), content_type="application/xml; charset=utf-8")


def _tenant(request: HttpRequest) -> Tenant:
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]  # TenantMiddleware's
    return tenant


def _until_next_publication(request: HttpRequest) -> None:
    """The page holds until the next course opens by the clock, whether or not a worker is there to tell of it."""
    stale_at(request, Course.objects.in_state(CourseState.SCHEDULED).aggregate(next=Min("published_at"))["next"])


def _offered() -> CourseQuerySet:
    return Course.objects.published().with_figures().newest_first()


def _cards(courses: Iterable[Course]) -> list[dict[str, str]]:
    """What components/card.html prints, made here: `{% url %}` and `|date` cost more in a loop than the query."""
    return [
        {
            "title": course.title,
            "url": f"/courses/{course.slug}/",
            "text": course.description,
            "image": course.small_picture,
            "meta": summary(course.lecture_count, course.duration),  # type: ignore[attr-defined]  # annotated
        }
        for course in courses
    ]


def _is_enrolled(request: HttpRequest, course: Course) -> bool:
    user = request.user
    return isinstance(user, User) and Enrollment.objects.active().of(user).filter(course=course).exists()
