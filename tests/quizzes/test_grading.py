"""What is right: pure functions, for whatever people type."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colonnade.lib.problems import Invalid
from colonnade.quizzes.content import Content, Given, ids_of, read_content, read_given
from colonnade.quizzes.grading import has_passed, percent_of, points_for, share_right
from colonnade.quizzes.numbers import number_in

ids = st.lists(st.text("abcdef0123456789", min_size=4, max_size=8), min_size=2, max_size=8, unique=True)


def choices(kind: str, **right: bool) -> Content:
    return read_content(
        {"kind": kind, "choices": [{"id": id, "text": id, "is_right": is_right} for id, is_right in right.items()]}
    )


def text(*accepted: str, **options: bool) -> Content:
    return read_content({"kind": "text", "accepted": accepted, **options})


def number(value: str, tolerance: str = "0", *, is_relative: bool = False) -> Content:
    return read_content({"kind": "number", "value": value, "tolerance": tolerance, "is_relative": is_relative})


def is_right(content: Content, given: Given) -> bool:
    return share_right(content, given) == 1


def test_one_choice_is_right() -> None:
    content = choices("single", aaaa=False, bbbb=True)
    assert is_right(content, "bbbb")
    assert not is_right(content, "aaaa")
    assert not is_right(content, None)


@pytest.mark.parametrize(
    ("given", "whole", "partial"),
    [
        (["aaaa", "bbbb"], 1, Fraction(1)),
        (["aaaa"], 0, Fraction(1, 2)),
        (["aaaa", "cccc"], 0, Fraction(0)),
        (["aaaa", "bbbb", "cccc"], 0, Fraction(1, 2)),
        (["aaaa", "bbbb", "cccc", "dddd"], 0, Fraction(0)),
        (["cccc"], 0, Fraction(0)),
        (None, 0, Fraction(0)),
    ],
)
def test_wrong_choices_cost_what_right_ones_bring(given: list[str] | None, whole: int, partial: Fraction) -> None:
    content = choices("multiple", aaaa=True, bbbb=True, cccc=False, dddd=False)
    assert share_right(content, given) == whole
    assert share_right(content, given, partial=True) == partial


def test_true_is_not_false() -> None:
    content = read_content({"kind": "true_false", "answer": False})
    assert is_right(content, False)
    assert not is_right(content, True)
    assert not is_right(content, None)


@pytest.mark.parametrize("given", ["Ærø", "aero", "  AERO ", "æ r ø", "ÆRØ"])
def test_short_text_ignores_what_it_is_told_to(given: str) -> None:
    assert is_right(text("Ærø"), given)


def test_short_text_is_strict_where_it_should_be() -> None:
    assert not is_right(text("Straße", ignore_case=False), "strasse")
    assert is_right(text("Straße"), "STRASSE")
    assert not is_right(text("été", ignore_accents=False), "ete")
    assert is_right(text("été", ignore_accents=False), "e\u0301te\u0301")  # the same letters, put together
    assert not is_right(text("in vitro", ignore_spaces=False), "invitro")
    assert is_right(text("in vitro", ignore_spaces=False), " in   vitro ")
    assert is_right(text("Athens", "Athina"), "athina")
    assert not is_right(text("\u0301"), "´")  # nothing but what is ignored is nothing


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3.14", "3.14"), ("3,14", "3.14"), ("1,234", "1.234"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"),
        ("1 234,5", "1234.5"), ("1\u202f234", "1234"), ("1'234.5", "1234.5"), ("1,234,567", "1234567"), ("−2", "-2"),
        (" +7 ", "7"), ("6e23", "6e23"), (".5", "0.5"), ("5,", "5"),
        ("", None), ("abc", None), ("1,2,3", None), ("1.2,3.4", None), ("12'34", None), ("--2", None), ("1e9999", None),
        ("NaN", None), ("Infinity", None), ("½", None), ("1" * 50, None), ("٣", "3"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(typed: str, value: str | None) -> None:
    assert number_in(typed) == (None if value is None else Decimal(value))


def test_tolerance_is_absolute_or_relative_and_includes_its_edge() -> None:
    assert is_right(number("10", "0.5"), "10,5")
    assert is_right(number("10", "0.5"), "9.5")
    assert not is_right(number("10", "0.5"), "10.51")
    assert is_right(number("-200", "5", is_relative=True), "-210")
    assert not is_right(number("-200", "5", is_relative=True), "-210.01")
    assert not is_right(number("-200", "5", is_relative=True), "200")
    assert is_right(number("0.1"), "0,10")
    assert not is_right(number("5"), "five")


def test_an_order_is_right_or_right_in_places() -> None:
    content = read_content({"kind": "ordering", "items": [{"id": id * 4, "text": id} for id in "abcd"]})
    assert is_right(content, ["aaaa", "bbbb", "cccc", "dddd"])
    assert share_right(content, ["bbbb", "aaaa", "cccc", "dddd"]) == 0
    assert share_right(content, ["bbbb", "aaaa", "cccc", "dddd"], partial=True) == Fraction(1, 2)


@given(ids=ids, data=st.data(), partial=st.booleans())
def test_choices_are_worth_between_nothing_and_all(ids: list[str], data: Any, partial: bool) -> None:
    right = data.draw(st.sets(st.sampled_from(ids), min_size=1))
    chosen = data.draw(st.lists(st.sampled_from(ids), unique=True))
    content = choices("multiple", **{id: id in right for id in ids})
    share = share_right(content, read_given(content, chosen), partial=partial)
    assert 0 <= share <= 1
    assert (share == 1) == (set(chosen) == right)
    assert share >= share_right(content, read_given(content, chosen), partial=False)
    everything = share_right(content, ids, partial=True)
    assert everything == max(Fraction(0), Fraction(len(right) - (len(ids) - len(right)), len(right)))


@given(ids=ids, data=st.data())
def test_an_order_is_worth_all_only_when_it_is_right(ids: list[str], data: Any) -> None:
    content = read_content({"kind": "ordering", "items": [{"id": id, "text": "x"} for id in ids]})
    order = data.draw(st.permutations(ids))
    share = share_right(content, read_given(content, order), partial=True)
    assert (share == 1) == (order == ids) == (share_right(content, order) == 1)


@given(value=st.decimals(-(10**9), 10**9, places=4), tolerance=st.decimals(0, 1000, places=3))
def test_a_number_is_right_with_point_and_with_comma(value: Decimal, tolerance: Decimal) -> None:
    content = number(str(value), str(tolerance))
    for typed in (f"{value:f}", f"{value:f}".replace(".", ",")):
        assert number_in(typed) == value
        assert is_right(content, typed)
    assert is_right(content, f"{value + tolerance:f}")
    assert not is_right(content, f"{value + tolerance + Decimal('0.0001'):f}")


@given(st.text(max_size=60))
def test_any_text_is_answered_without_a_fault(typed: str) -> None:
    number_in(typed)
    for content in (text("a", "ß"), number("1")):
        try:
            share_right(content, read_given(content, typed))
        except Invalid:
            assert "\0" in typed


@given(st.text(min_size=1, max_size=40).filter(lambda typed: typed.strip() and "\0" not in typed))
@settings(max_examples=50)
def test_what_is_accepted_is_right_as_it_stands(typed: str) -> None:
    strict = text(typed, ignore_case=False, ignore_accents=False, ignore_spaces=False)
    assert is_right(strict, read_given(strict, typed))


@given(points=st.decimals(0, 1000, places=2), numerator=st.integers(0, 20), denominator=st.integers(1, 20))
def test_points_are_of_the_question_and_no_more(points: Decimal, numerator: int, denominator: int) -> None:
    share = Fraction(min(numerator, denominator), denominator)
    assert 0 <= points_for(share, points) <= points
    assert points_for(Fraction(1), points) == points


def test_passing_is_not_judged_by_what_is_rounded() -> None:
    assert percent_of(Decimal("69.99"), Decimal(100)) == 69
    assert not has_passed(Decimal("69.99"), Decimal(100), 70)
    assert has_passed(Decimal(2), Decimal(3), 66)
    assert not has_passed(Decimal(2), Decimal(3), 67)
    assert has_passed(Decimal(0), Decimal(0), 100)
    assert percent_of(Decimal(0), Decimal(0)) == 100


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"kind": "single", "choices": [{"text": "a"}, {"text": "b"}]}, "Say which answer is right."),
        ({"kind": "single", "choices": [{"text": "a", "is_right": True}] * 2}, "One answer is right"),
        ({"kind": "multiple", "choices": [{"text": "a", "is_right": True}]}, "choices"),
        ({"kind": "multiple", "choices": [{"id": "aaaa", "text": "a", "is_right": True}] * 2}, "same id"),
        ({"kind": "text", "accepted": []}, "accepted"),
        ({"kind": "text", "accepted": ["  "]}, "accepted"),
        ({"kind": "number", "value": "NaN"}, "value"),
        ({"kind": "number", "value": 1, "tolerance": -1}, "tolerance"),
        ({"kind": "essay"}, "."),
        ("nonsense", "."),
        ({"kind": "true_false", "answer": True, "more": 1}, "more"),
    ],
)
def test_content_that_cannot_be_asked_is_refused(document: Any, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_content(document)


@pytest.mark.parametrize(
    "given",
    [True, 1, "cccc", ["aaaa"], {"a": 1}, "x" * 2000],
)
def test_an_answer_to_another_question_is_refused(given: Any) -> None:
    with pytest.raises(Invalid):
        read_given(choices("single", aaaa=True, bbbb=False), given)
    if given != ["aaaa"]:
        with pytest.raises(Invalid):
            read_given(choices("multiple", aaaa=True, bbbb=False), given)


def test_answers_that_say_nothing_are_none() -> None:
    assert read_given(choices("multiple", aaaa=True, bbbb=False), []) is None
    assert read_given(text("a"), "   ") is None
    assert read_given(choices("multiple", aaaa=True, bbbb=False), ["bbbb", "aaaa"]) == ["aaaa", "bbbb"]
    with pytest.raises(Invalid):
        read_given(choices("multiple", aaaa=True, bbbb=False), ["aaaa", "aaaa"])
    assert ids_of(read_content({"kind": "true_false", "answer": True})) == []
