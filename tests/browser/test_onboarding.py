"""The roadmap's own test: an instructor signs up, opens a school and makes a course."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.house import House
from tests.factories import unique


def test_instructor_onboarding_flow(
    house: House, visitor: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = visitor()
    page.goto(f"{house.url}/signup")
    accessible(page)
    page.fill('[data-testid="email"]', f"{unique('instructor')}@test.com")
    page.fill('[data-testid="password"]', "SecurePass123")
    page.click('[data-testid="signup-button"]')

    subdomain = unique("testinstructor")
    page.fill('[data-testid="subdomain"]', subdomain)
    page.fill('[data-testid="instructor-name"]', "Test Instructor")
    accessible(page)
    page.click('[data-testid="complete-onboarding"]')

    expect(page).to_have_url(re.compile("/dashboard/"))
    assert page.url.startswith(house.at(subdomain))
    expect(page.locator('[data-testid="welcome-message"]')).to_contain_text("Welcome, Test Instructor")
    accessible(page)

    page.click('[data-testid="create-course"]')
    page.fill('[data-testid="course-title"]', "My First Course")
    page.fill('[data-testid="course-description"]', "This is a test course")
    accessible(page)
    page.click('[data-testid="save-course"]')
    expect(page.locator('[data-testid="course-list"]')).to_contain_text("My First Course")
    accessible(page)


def test_a_taken_or_reserved_subdomain_is_told_while_typing(house: House, visitor: Callable[..., Page]) -> None:
    page = visitor()
    page.goto(f"{house.url}/signup")
    page.fill('[data-testid="email"]', f"{unique('instructor')}@test.com")
    page.fill('[data-testid="password"]', "SecurePass123")
    page.click('[data-testid="signup-button"]')
    box = page.locator('[data-testid="subdomain"]')
    said = page.locator("#subdomain-answer")
    box.press_sequentially("admin")
    expect(said).to_contain_text(re.compile("kept for the platform", re.IGNORECASE))
    box.fill("")
    box.press_sequentially("x_y")
    expect(said).to_contain_text(re.compile("letters", re.IGNORECASE))
    free = unique("free")
    box.fill("")
    box.press_sequentially(free)
    expect(said).to_contain_text(f"{free}.localhost is free")
