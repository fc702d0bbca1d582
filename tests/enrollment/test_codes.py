"""What a code is: read however it was typed, and never accepted with a typing error."""

import math
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.enrollment import codes

symbols = st.binary(min_size=32, max_size=32).map(lambda seed: codes.code(seed, 0))


@given(symbols)
def test_any_one_wrong_symbol_is_caught(code: str) -> None:
    for place, right in enumerate(code):
        for wrong in codes.ALPHABET.replace(right, ""):
            assert codes.read(code[:place] + wrong + code[place + 1 :]) is None


@given(symbols)
def test_any_two_exchanged_symbols_are_caught_neighbours_or_not(code: str) -> None:
    for first, second in combinations(range(codes.LENGTH), 2):
        swapped = list(code)
        swapped[first], swapped[second] = code[second], code[first]
        assert (codes.read("".join(swapped)) is None) == (code[first] != code[second])


@given(symbols, st.integers(0, codes.LENGTH - 1))
def test_a_symbol_too_few_or_too_many_is_caught(code: str, place: int) -> None:
    assert codes.read(code[:place] + code[place + 1 :]) is None
    assert codes.read(code[:place] + code[place] + code[place:]) is None


@given(symbols, st.sampled_from([" ", "-", "–", "\u00a0", "_", ".", "\n", " - "]), st.booleans())
def test_case_spaces_and_dashes_do_not_matter(code: str, separator: str, lower: bool) -> None:
    typed = separator.join(code)
    assert codes.read(f"  {typed.lower() if lower else typed} ") == code


def test_look_alikes_are_read_as_the_symbol_they_can_only_be() -> None:
    code = codes.with_check("5V5V5V5V5V5V")
    assert codes.read(code.replace("5", "s").replace("V", "u")) == code


def test_full_width_letters_of_a_japanese_keyboard_are_read() -> None:
    code = codes.code(b"\0" * 32, 0)
    assert codes.read("".join(chr(ord(symbol) + 0xFEE0) for symbol in code)) == code


@pytest.mark.parametrize("text", ["", " ", "-", "hello", "0000-0000-0000-0", "💥" * 13, "A" * 13 + "\0", "2" * 10_000])
def test_what_is_no_code_is_not_read(text: str) -> None:
    assert codes.read(text) is None


@given(st.text(max_size=200))
def test_whatever_is_typed_gets_an_answer(text: str) -> None:
    read = codes.read(text)
    assert read is None or codes.read(codes.write(read)) == read


def test_a_code_is_written_in_groups() -> None:
    assert codes.write("K7QF2MXD9HTRC") == "K7QF-2MXD-9HTR-C"


def test_the_alphabet_confuses_nobody_and_its_size_is_prime() -> None:
    assert not set("0O1ILUS") & set(codes.ALPHABET)
    assert len(set(codes.ALPHABET)) == len(codes.ALPHABET)
    assert all(len(codes.ALPHABET) % divisor for divisor in range(2, len(codes.ALPHABET)))


def test_a_code_has_at_least_55_random_bits() -> None:
    assert (codes.LENGTH - 1) * math.log2(len(codes.ALPHABET)) >= 55


def test_codes_of_a_seed_are_the_same_each_time_and_differ_from_each_other() -> None:
    seed = codes.new_seed()
    made = [codes.code(seed, number) for number in range(2000)]
    assert made == [codes.code(seed, number) for number in range(2000)]
    assert len(set(made)) == 2000
    assert codes.code(codes.new_seed(), 0) not in made


def test_every_symbol_comes_up_at_every_place() -> None:
    seed = b"even-handed".ljust(32)
    columns = zip(*(codes.code(seed, number) for number in range(2900)), strict=True)
    for column in columns:
        counts = [column.count(symbol) for symbol in codes.ALPHABET]
        assert min(counts) > 50  # 100 expected
        assert max(counts) < 160


def test_two_schools_hash_one_code_differently() -> None:
    first, second = (codes.school_keys(UUID(int=number))[0] for number in (1, 2))
    assert codes.hash_of("K7QF2MXD9HTRC", first) == codes.hash_of("K7QF2MXD9HTRC", first)
    assert codes.hash_of("K7QF2MXD9HTRC", first) != codes.hash_of("K7QF2MXD9HTRC", second)


def test_a_hint_leaves_more_unknown_than_anybody_can_try() -> None:
    hidden = codes.LENGTH - 1 - len(codes.hint("K7QF2MXD9HTRC"))
    assert hidden * math.log2(len(codes.ALPHABET)) > 38
