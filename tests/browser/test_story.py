"""The editorial workflow: an editor writes a follow-up, a chief editor approves it, and the status is published.

`make pictures` runs this with a folder in the environment variable PICTURES: it then runs in both languages, and takes
the screenshots of docs/editing.md and docs/editing.zh.md on the way.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone, translation
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pledges.models import FollowUp, Pledge
from pledges.models.choices import Status

from .pages import log_in, log_out, make_staff_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.browser]

PICTURES = os.environ.get("PICTURES")
MAX_HEIGHT = 1700
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def take_screenshot(page: Page, language: str, name: str) -> None:
    """Save a screenshot in a window as high as the page, so that no sticky bar covers content."""
    if not PICTURES:
        return
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement?.blur()")
    original_size = page.viewport_size
    assert original_size
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": original_size["width"], "height": min(height, MAX_HEIGHT)})
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=Path(PICTURES) / language / f"{name}.png")
    page.set_viewport_size(original_size)


@pytest.fixture(params=LANGUAGES if PICTURES else ["zh"])
def language(request: pytest.FixtureRequest, page: Page, live_server: LiveServer) -> str:
    language: str = request.param
    page.context.add_cookies(
        [{"name": settings.LANGUAGE_COOKIE_NAME, "value": LANGUAGES[language], "url": live_server.url}]
    )
    return language


def label(status: Status, language: str) -> str:
    with translation.override(LANGUAGES[language]):
        return str(status.label)


@pytest.fixture
def sample(db: None) -> None:
    make_staff_user("editor", "editor")
    make_staff_user("chief", "chief editor")
    call_command("load_sample", verbosity=0)


def test_approved_follow_up_gives_pledge_its_status(
    page: Page, live_server: LiveServer, sample: None, language: str
) -> None:
    log_in(page, live_server, "editor")
    expect(page.locator("html")).to_have_attribute("lang", LANGUAGES[language])
    expect(page.locator(".dashboard-card").first).to_be_visible()
    take_screenshot(page, language, "start")

    page.locator('a[href="/admin/pledges/pledgetocheck/"]').first.click()
    take_screenshot(page, language, "queue")
    quote = "今年全市重点项目完成投资420亿元以上"
    page.locator("#result_list tr", has_text=quote).locator("th a").first.click()

    expect(page.locator("#content")).to_contain_text(quote)
    page.fill("#id_actual", "4300000")
    page.select_option("#id_unit", "万元")
    page.fill("#id_as_of", timezone.localdate().isoformat())
    expect(page.locator("#id_status")).to_have_value("met")
    expect(page.locator("#content")).to_contain_text("102.3")
    page.fill("#id_summary", "统计局通报，重点项目投资已达430亿元。")
    page.fill("#id_evidence-0-url", "https://tj.sample-city.example/2026/touzi")
    page.fill("#id_evidence-0-title", "样例市重点项目投资情况通报")
    take_screenshot(page, language, "form")
    page.locator("button[name=_submit]").click()
    expect(page.locator(".review-state-submitted")).to_be_visible()
    follow_up = FollowUp.objects.get(pledge__ref="sample-13", state="submitted")
    assert Pledge.objects.get(ref="sample-13").status == "in_progress"

    log_out(page)
    log_in(page, live_server, "chief")
    page.locator(f'a[href*="/followup/{follow_up.pk}/"]').first.click()
    take_screenshot(page, language, "review")
    page.locator('form[action$="/approve/"] button').click()
    expect(page.locator(".review-state-approved")).to_be_visible()

    page.goto(f"{live_server.url}/admin/pledges/pledge/?q=sample-13")
    expect(page.locator("#result_list")).to_contain_text(label(Status.MET, language))
    page.goto(f"{live_server.url}/admin/pledges/pledge/{follow_up.pledge_id}/history/")
    history = page.locator("#content")
    expect(history).to_contain_text("chief")
    expect(history).to_contain_text(f"{label(Status.IN_PROGRESS, language)} {label(Status.MET, language)}")
    take_screenshot(page, language, "history")

    pledge = page.request.get(f"{live_server.url}/api/v1/pledges/sample-13/").json()
    assert (pledge["status"], pledge["late"], pledge["fulfilment"]) == ("met", False, "1.0238")
    assert pledge["follow_up"]["evidence"][0]["url"] == "https://tj.sample-city.example/2026/touzi"
