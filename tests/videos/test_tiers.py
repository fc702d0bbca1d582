"""Which class a video belongs in, and whether that pays: pure arithmetic."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from colonnade.videos.models import Tier
from colonnade.videos.tiers import COLDNESS, GB, Classes, Interest, class_named, classes, pays, restore_time, tier_for


def stores() -> dict[str, Classes]:
    from django.test import override_settings

    found: dict[str, Classes] = {}
    for store, archive in (("s3", "GLACIER_IR"), ("s3", "GLACIER"), ("s3", "DEEP_ARCHIVE"), ("r2", "GLACIER_IR")):
        with override_settings(S3_STORAGE_CLASSES=store, S3_ARCHIVE_CLASS=archive):
            found[f"{store} {archive}"] = classes()
    return found


STORES = stores()
S3, FLEXIBLE, R2 = STORES["s3 GLACIER_IR"], STORES["s3 GLACIER"], STORES["r2 GLACIER_IR"]
LONG = 10_000.0

days = st.floats(0, 10_000)
views = st.floats(0, 100)
tiers = st.sampled_from(Tier)
stores_of_any_kind = st.sampled_from(list(STORES.values()))
interests = st.builds(Interest, days, views)


def goes(idle: float, often: float, tier: Tier = Tier.STANDARD, among: Classes = S3, since: float = LONG) -> Tier:
    return tier_for(Interest(idle, often), tier, days_in_tier=since, among=among)


@pytest.mark.parametrize(
    ("idle", "often", "tier"),
    [
        (0, 5, Tier.STANDARD),
        (90, 0, Tier.STANDARD),
        (90.1, 0.099, Tier.INFREQUENT),
        (90.1, 0.1, Tier.STANDARD),
        (365, 0, Tier.INFREQUENT),
        (365.1, 0, Tier.INSTANT),
        (5000, 0, Tier.INSTANT),
    ],
)
def test_what_is_not_watched_goes_colder_by_the_roadmaps_figures(idle: float, often: float, tier: Tier) -> None:
    assert goes(idle, often) == tier


def test_the_coldest_class_is_what_the_store_has() -> None:
    assert [goes(400, 0, among=among) for among in (S3, FLEXIBLE, R2, {})] == [
        Tier.INSTANT, Tier.ARCHIVE, Tier.INFREQUENT, Tier.STANDARD,
    ]  # fmt: skip


def test_a_class_is_paid_for_before_a_video_leaves_it_for_a_colder_one() -> None:
    assert goes(400, 0, Tier.INFREQUENT, since=29.9) == Tier.INFREQUENT
    assert goes(400, 0, Tier.INFREQUENT, since=30) == Tier.INSTANT


def test_what_is_watched_often_again_comes_back_and_what_is_watched_once_stays() -> None:
    for tier in (Tier.INFREQUENT, Tier.INSTANT):
        assert goes(1, 0.1, tier, since=0) == Tier.STANDARD
        assert goes(1, 0.05, tier) == tier


@given(interests, days, stores_of_any_kind)
def test_what_has_to_be_restored_comes_back_by_being_asked_for_alone(
    interest: Interest, since: float, among: Classes
) -> None:
    assert tier_for(interest, Tier.ARCHIVE, days_in_tier=since, among=among) == Tier.ARCHIVE


@given(interests, tiers, days, stores_of_any_kind)
def test_a_video_goes_only_to_classes_that_there_are(
    interest: Interest, tier: Tier, since: float, among: Classes
) -> None:
    after = tier_for(interest, tier, days_in_tier=since, among=among)
    assert after == tier or after in among


@given(interests, tiers, stores_of_any_kind)
def test_a_video_that_has_just_been_moved_stays(interest: Interest, tier: Tier, among: Classes) -> None:
    after = tier_for(interest, tier, days_in_tier=LONG, among=among)
    assert tier_for(interest, after, days_in_tier=0, among=among) == after


@given(days, days, views, tiers, stores_of_any_kind)
def test_the_longer_it_is_not_watched_the_colder(
    idle: float, more: float, often: float, tier: Tier, among: Classes
) -> None:
    sooner, later = (
        tier_for(Interest(each, often), tier, days_in_tier=LONG, among=among) for each in sorted((idle, idle + more))
    )
    assert COLDNESS.index(later) >= COLDNESS.index(sooner)


@given(st.floats(0, 89), views, tiers, days)
def test_what_was_watched_within_90_days_never_goes_colder(idle: float, often: float, tier: Tier, since: float) -> None:
    after = tier_for(Interest(idle, often), tier, days_in_tier=since, among=S3)
    assert COLDNESS.index(after) <= COLDNESS.index(tier)


def pairs() -> Iterator[tuple[str, Tier, Tier]]:
    for name, among in STORES.items():
        for now in among:
            yield from ((name, now, then) for then in among if COLDNESS.index(then) > COLDNESS.index(now))


@pytest.mark.parametrize(("store", "now", "then"), list(pairs()))
def test_large_objects_earn_their_move_and_tiny_ones_do_not(store: str, now: Tier, then: Tier) -> None:
    before, after = STORES[store][now], STORES[store][then]
    assert pays(GB, now=before, then=after)
    assert not pays(1000, now=before, then=after)


@given(st.integers(1, 10**10), st.integers(0, 10**10), st.sampled_from(list(pairs())))
def test_the_larger_an_object_the_more_it_pays(size: int, more: int, pair: tuple[str, Tier, Tier]) -> None:
    before, after = STORES[pair[0]][pair[1]], STORES[pair[0]][pair[2]]
    if pays(size, now=before, then=after):
        assert pays(size + more, now=before, then=after)


@pytest.mark.parametrize("store", STORES)
def test_colder_classes_cost_less_to_keep_and_no_less_to_read(store: str) -> None:
    kept = list(STORES[store].values())
    assert [each.month for each in kept] == sorted((each.month for each in kept), reverse=True)
    assert all(each.reading >= kept[0].reading for each in kept)


def test_a_gigabyte_in_infrequent_access_saves_a_cent_a_month() -> None:
    standard, infrequent = S3[Tier.STANDARD], S3[Tier.INFREQUENT]
    assert standard.monthly(GB) - infrequent.monthly(GB) == pytest.approx(0.0105)
    assert infrequent.monthly(1) == infrequent.monthly(128 * 1024), "the least that is billed"


def test_classes_are_found_by_the_stores_names() -> None:
    assert class_named("", S3) == class_named("STANDARD", S3) == S3[Tier.STANDARD]
    assert class_named("GLACIER", S3).restore_hours == 5, "left from another setting"
    assert class_named("SOMETHING_NEW", S3) == S3[Tier.STANDARD]


def test_a_store_is_known_by_its_setting(settings: Settings) -> None:
    settings.S3_STORAGE_CLASSES = ""
    assert classes() == {}
    settings.S3_STORAGE_CLASSES = "tape"
    with pytest.raises(ImproperlyConfigured):
        classes()
    settings.S3_STORAGE_CLASSES, settings.S3_ARCHIVE_CLASS = "s3", "BASEMENT"
    with pytest.raises(ImproperlyConfigured, match="GLACIER_IR, GLACIER, DEEP_ARCHIVE"):
        classes()


def test_how_long_a_restore_takes_is_told(settings: Settings) -> None:
    assert restore_time(FLEXIBLE) == "about 5 hours"
    settings.S3_RESTORE_SPEED = "Expedited"
    assert restore_time(FLEXIBLE) == "a few minutes"
