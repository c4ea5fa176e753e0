"""Signing in at a running gateway, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from gatekeeper.quarantine.acts import Role
from tests.system.browser import PASSWORD, Visitors


def test_an_administrator_is_let_in_and_out(page: Page) -> None:
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_wrong_password_is_said_so(visitors: Visitors, script: bool) -> None:
    visitors.gateway.add_user("kim", PASSWORD)
    page = visitors.stranger(script=script)
    page.goto("/?x=1")
    page.get_by_label("Name").fill("kim")
    page.get_by_label("Password").fill("none of it")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Name and password do not go together.")
    expect(page.get_by_label("Name")).to_have_value("kim")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{visitors.gateway.pages}/?x=1")
    assert [line for line in visitors.complaints if "401" not in line] == []
    visitors.complaints.clear()


@pytest.mark.parametrize("width", [1280, 390])
def test_colours_follow_the_system_until_one_is_chosen(visitors: Visitors, width: int) -> None:
    page = visitors.page(Role.USER, "kim@example.org", width=width, dark=True)
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_role("button", name="Light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    light = page.evaluate(ground)
    assert light != dark
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(ground) == dark
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_leads_past_the_navigation_and_through_the_form(visitors: Visitors) -> None:
    visitors.gateway.add_user("kim", PASSWORD)
    page = visitors.stranger()
    page.goto("/sign-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("kim")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_the_pages_go_on_over_a_reload(page: Page, visitors: Visitors) -> None:
    visitors.gateway.reload()
    page.reload()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_another_password_is_taken_and_the_old_one_is_not(visitors: Visitors) -> None:
    page = visitors.page(Role.USER, "kim@example.org", name="kim")
    page.get_by_role("link", name="kim").click()
    page.get_by_label("The password so far").fill(PASSWORD)
    page.get_by_label("The new password", exact=True).fill("quite another one")
    page.get_by_label("The new password again").fill("quite another on")
    page.get_by_role("button", name="Change it").click()
    again = page.get_by_label("The new password again")
    expect(again).to_have_accessible_description("This is not what stands above.")
    visitors.complaints.clear()  # a form that is answered with 400 stands on the console
    for label, text in (("The password so far", PASSWORD), ("The new password again", "quite another one")):
        page.get_by_label(label).fill(text)
    page.get_by_label("The new password", exact=True).fill("quite another one")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("status")).to_contain_text("Your password is changed.")
    expect(page.get_by_role("link", name="kim")).to_be_visible()
