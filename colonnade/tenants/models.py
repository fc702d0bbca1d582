"""Schools, shown to people as such; in code they are tenants."""

import re
from functools import cached_property
from urllib.parse import urlunsplit
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import models, transaction
from django.utils import timezone

from colonnade.lib.tenancy import PLATFORM_ID, TenantRLS, across_tenants, uuid7

SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])")
"""A DNS label of 3 to 63 letters, digits and hyphens, none at an end (RFC 1035)."""

CACHED_FOR = 3600  # seconds: the roadmap's TTL of a tenant; changes forget it at once


class Originals(models.TextChoices):
    """How long the uploaded file of a video is kept once it plays."""

    KEEP = "keep", "Keep them"
    MONTH = "month", "Keep them for 30 days"
    DROP = "drop", "Delete them once the video is ready"


class LargestVideo(models.IntegerChoices):
    """Lines of the largest rendition; never more than the source has."""

    FULL_HD = 1080, "1080p, full HD"
    QUAD_HD = 1440, "1440p"
    ULTRA_HD = 2160, "2160p, 4K"


class Tenant(models.Model):
    """A school, or the platform (PLATFORM_ID)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField("school's name", max_length=120)
    subdomain = models.CharField(max_length=63, unique=True)
    instructor_name = models.CharField(max_length=120, blank=True)
    creator_id = models.UUIDField(null=True, db_index=True)  # a person of the platform: another tenant's row
    time_zone = models.CharField(max_length=64, default="UTC")
    brand_color = models.CharField(max_length=7, blank=True)  # "#rrggbb"; empty: the platform's own
    watermark = models.BooleanField(default=False)  # whether the player shows who watches
    originals = models.CharField(max_length=5, choices=Originals.choices, default=Originals.KEEP)
    equal_loudness = models.BooleanField(default=True)  # whether all videos are made about as loud
    encrypts_videos = models.BooleanField(default=False)  # whether segments play only with a key that the app hands out
    largest_video = models.SmallIntegerField(choices=LargestVideo.choices, default=LargestVideo.FULL_HD)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    public_version = models.BigIntegerField(default=1)  # grows with every change a visitor could see

    class Meta:
        constraints = [
            TenantRLS(column="id", name="tenants_tenant_itself"),
            models.CheckConstraint(
                condition=models.Q(subdomain__regex=r"^[a-z0-9]([a-z0-9-]{1,61}[a-z0-9])$"),
                name="tenants_tenant_subdomain_shape",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_platform(self) -> bool:
        return self.pk == PLATFORM_ID

    @cached_property
    def host(self) -> str:
        """The host name, without a port."""
        return settings.PLATFORM_HOST if self.is_platform else f"{self.subdomain}.{settings.PLATFORM_HOST}"

    def url(self, path: str = "/") -> str:
        """An absolute address at this school."""
        usual = (443 if settings.TLS else 80) == settings.PUBLIC_PORT
        netloc = self.host if usual else f"{self.host}:{settings.PUBLIC_PORT}"
        return urlunsplit(("https" if settings.TLS else "http", netloc, path, "", ""))


def schools_of(creator_id: UUID) -> models.QuerySet[Tenant]:
    """The schools that a person of the platform has opened, oldest first."""
    return across_tenants(Tenant).filter(creator_id=creator_id).order_by("created_at", "id")


def tenant_of_host(host: str) -> Tenant | None:
    """The tenant whose host this is (no port), or None. Remembered for an hour; changes forget it at once."""
    which = _at(host)
    return _remembered(host, which) if which else None


def public_version(host: str) -> tuple[UUID, int] | None:
    """The tenant at this host and its public_version, read anew from the database; None if there is none."""
    which = _at(host)
    if which is None:
        return None
    return across_tenants(Tenant).filter(which).values_list("pk", "public_version").first()


def _at(host: str) -> models.Q | None:
    """Which tenant is at this host, or None where no tenant can be."""
    if host == settings.PLATFORM_HOST:
        return models.Q(pk=PLATFORM_ID)
    subdomain, _, rest = host.partition(".")
    if rest != settings.PLATFORM_HOST or not SUBDOMAIN.fullmatch(subdomain):
        return None
    return models.Q(subdomain=subdomain)


def _remembered(host: str, which: models.Q) -> Tenant | None:
    key = f"host:{host}"
    values = cache.get(key)
    if values is None:
        values = across_tenants(Tenant).filter(which).values().first()
        if values is None:  # unknown hosts are not remembered: a stranger cannot fill the cache
            return None
        cache.set(key, values, CACHED_FOR)
    return Tenant.from_db("default", list(values), list(values.values()))


def forget_host(host: str) -> None:
    """After the commit, let every process read the tenant anew."""
    transaction.on_commit(lambda: cache.delete(f"host:{host}"))


def touch_public(tenant_id: UUID) -> None:
    """Call inside an action that changes what a visitor sees: cached pages of this school, and no other, go stale."""
    Tenant.objects.filter(pk=tenant_id).update(public_version=models.F("public_version") + 1)
