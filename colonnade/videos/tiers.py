"""Which class of the store a video belongs in, by how it is watched, and what that saves. Plain data and arithmetic.

Prices are list prices in US dollars, of Amazon S3 in us-east-1 and of Cloudflare R2, as of November 2026; they decide
whether a move pays, and are what the report reckons with.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from colonnade.videos.models import Tier

GB = 1024**3
KIB = 1024
IDLE_DAYS = 90
FORGOTTEN_DAYS = 365
SELDOM = 0.1  # views a day
PAYBACK_MONTHS = 12  # an object that does not earn its move in this time stays where it is
COLDNESS = list(Tier)


@dataclass(frozen=True)
class StorageClass:
    """`month` and `reading` are per GB, `writing` per 1,000 objects; `overhead` is dollars per object and month."""

    name: str
    month: float
    reading: float = 0.0
    writing: float = 0.0
    least_days: int = 0  # billed for, at least
    least_bytes: int = 0  # of an object, billed at least
    overhead: float = 0.0
    restore_hours: int = 0  # before it can be read; 0: at once

    def monthly(self, size: int) -> float:
        """Dollars a month for an object of so many bytes."""
        return max(size, self.least_bytes) * self.month / GB + self.overhead


Classes = Mapping[Tier, StorageClass]

_STANDARD = StorageClass("STANDARD", 0.023)
_INFREQUENT = StorageClass("STANDARD_IA", 0.0125, reading=0.01, writing=0.01, least_days=30, least_bytes=128 * KIB)
_INSTANT = StorageClass("GLACIER_IR", 0.004, reading=0.03, writing=0.02, least_days=90, least_bytes=128 * KIB)
# The index of what is archived takes 32 KiB an object there, and 8 KiB in the standard class.
_FLEXIBLE = StorageClass(
    "GLACIER", 0.0036, reading=0.01, writing=0.03, least_days=90, restore_hours=5,
    overhead=(32 * KIB * 0.0036 + 8 * KIB * 0.023) / GB,
)  # fmt: skip
_DEEP = StorageClass(
    "DEEP_ARCHIVE", 0.00099, reading=0.02, writing=0.05, least_days=180, restore_hours=12,
    overhead=(32 * KIB * 0.00099 + 8 * KIB * 0.023) / GB,
)  # fmt: skip

_S3: dict[Tier, StorageClass] = {Tier.STANDARD: _STANDARD, Tier.INFREQUENT: _INFREQUENT}
_ARCHIVES: dict[str, dict[Tier, StorageClass]] = {
    "GLACIER_IR": {Tier.INSTANT: _INSTANT},
    "GLACIER": {Tier.ARCHIVE: _FLEXIBLE},
    "DEEP_ARCHIVE": {Tier.ARCHIVE: _DEEP},
}
_R2: dict[Tier, StorageClass] = {
    Tier.STANDARD: StorageClass("STANDARD", 0.015),
    Tier.INFREQUENT: StorageClass("STANDARD_IA", 0.01, reading=0.01, writing=0.009, least_days=30),
}
_BY_NAME = {each.name: each for each in (_STANDARD, _INFREQUENT, _INSTANT, _FLEXIBLE, _DEEP)}


def classes() -> Classes:
    """The classes of the store that is configured; none where it has none. Raises ImproperlyConfigured."""
    match settings.S3_STORAGE_CLASSES:
        case "":
            return {}
        case "r2":
            return _R2
        case "s3" if settings.S3_ARCHIVE_CLASS in _ARCHIVES:
            return _S3 | _ARCHIVES[settings.S3_ARCHIVE_CLASS]
        case "s3":
            raise ImproperlyConfigured(f"S3_ARCHIVE_CLASS is one of {', '.join(_ARCHIVES)}.")
    raise ImproperlyConfigured("S3_STORAGE_CLASSES is s3, r2 or empty.")


def class_named(name: str, among: Classes) -> StorageClass:
    """The class that the store calls so; it names none for what was never moved."""
    known = {each.name: each for each in among.values()}
    return known.get(name) or _BY_NAME.get(name) or among[Tier.STANDARD]


@dataclass(frozen=True)
class Interest:
    """How a video is watched: days since somebody did, or since it came; views a day of late."""

    idle_days: float
    views_per_day: float


def tier_for(interest: Interest, tier: Tier, *, days_in_tier: float, among: Classes) -> Tier:
    """The tier that a video in `tier` should go to; the same where it should stay.

    Colder only once the present class has been paid for; warmer only when it is watched often, because what is looked
    at now and then is still cheapest where it is. What has to be restored comes back when somebody asks for it.
    """
    wanted = _wanted(interest, among)
    if _coldness(wanted) > _coldness(tier):
        return wanted if tier not in among or days_in_tier >= among[tier].least_days else tier
    if tier != Tier.ARCHIVE and interest.idle_days <= IDLE_DAYS and interest.views_per_day >= SELDOM:
        return Tier.STANDARD
    return tier


def pays(size: int, *, now: StorageClass, then: StorageClass) -> bool:
    """Whether an object of so many bytes earns its move."""
    return (now.monthly(size) - then.monthly(size)) * PAYBACK_MONTHS > then.writing / 1000


def restore_time(among: Classes) -> str:
    """How long it takes until an archived video plays, for the sentence that says so."""
    if settings.S3_RESTORE_SPEED == "Expedited":
        return "a few minutes"
    hours = max((each.restore_hours for each in among.values()), default=0)
    return f"about {hours} hours" if hours else "a few minutes"


def _wanted(interest: Interest, among: Classes) -> Tier:
    if interest.idle_days > FORGOTTEN_DAYS:
        return max(among, key=_coldness, default=Tier.STANDARD)
    if interest.idle_days > IDLE_DAYS and interest.views_per_day < SELDOM and Tier.INFREQUENT in among:
        return Tier.INFREQUENT
    return Tier.STANDARD


def _coldness(tier: Tier) -> int:
    return COLDNESS.index(tier)
