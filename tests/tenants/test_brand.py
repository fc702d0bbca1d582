"""A school's colour, with text that can be read on it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.tenants.brand import brand_of, contrast


@given(st.integers(0, 0xFFFFFF))
def test_text_on_any_colour_has_the_contrast_that_wcag_asks_for(number: int) -> None:
    brand = brand_of(f"#{number:06x}")
    assert contrast(brand.color, brand.content) >= 4.5


@pytest.mark.parametrize(("color", "content"), [("#ffff00", "#000000"), ("#1e3a8a", "#ffffff"), ("", "")])
def test_dark_text_stands_on_light_colours(color: str, content: str) -> None:
    assert brand_of(color).content == content


def test_the_contrast_is_wcags() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
