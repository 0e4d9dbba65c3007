"""A pledge is checked: an editor finds it in the queue and judges it, a chief editor approves, and it is public.

With PICTURES=docs/pictures in the environment, the pictures of docs/editing.md are taken anew on the way.
"""

import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pledges.models import FollowUp, Pledge

from .desk import log_in, log_out, make_colleague

pytestmark = pytest.mark.django_db(transaction=True)

PICTURES = os.environ.get("PICTURES")
TALLEST = 1700


def picture(page: Page, name: str) -> None:
    """The whole page without a bar across it: the window is made as high as the page for a moment."""
    if not PICTURES:
        return
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement?.blur()")
    usual = page.viewport_size
    assert usual
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": usual["width"], "height": min(height, TALLEST)})
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=Path(PICTURES) / f"{name}.png")
    page.set_viewport_size(usual)


@pytest.fixture
def sample(roles: None) -> None:
    make_colleague("editor", "editor")
    make_colleague("chief", "chief editor")
    call_command("load_sample", verbosity=0)


def test_a_pledge_is_judged_approved_and_seen(page: Page, live_server: LiveServer, sample: None) -> None:
    log_in(page, live_server, "editor")
    expect(page.get_by_text("到期未核查")).to_be_visible()
    picture(page, "start")

    page.locator('a[href="/admin/pledges/pledgetocheck/"]').first.click()
    picture(page, "queue")
    page.get_by_role("link", name="重点项目投资额").click()

    expect(page.locator("#content")).to_contain_text("今年全市重点项目完成投资420亿元以上")
    page.fill("#id_actual", "4300000")
    page.select_option("#id_unit", "万元")
    page.fill("#id_as_of", timezone.localdate().isoformat())
    expect(page.locator("#id_status")).to_have_value("met")
    expect(page.locator("#content")).to_contain_text("102.3")
    page.fill("#id_summary", "统计局通报，重点项目投资已达430亿元。")
    page.fill("#id_evidence-0-url", "https://tj.yunling.example/2026/touzi")
    page.fill("#id_evidence-0-title", "云岭市重点项目投资情况通报")
    picture(page, "form")
    page.get_by_role("button", name="保存并提交").click()
    expect(page.locator("#content")).to_contain_text("等待审核")
    follow_up = FollowUp.objects.get(pledge__ref="yunling-13", state="submitted")
    assert Pledge.objects.get(ref="yunling-13").status == "in_progress"

    log_out(page)
    log_in(page, live_server, "chief")
    page.locator(f'a[href*="/followup/{follow_up.pk}/"]').first.click()
    picture(page, "review")
    page.get_by_role("button", name="核准").click()
    expect(page.locator("#content")).to_contain_text("已核准")

    page.goto(f"{live_server.url}/admin/pledges/pledge/?q=yunling-13")
    expect(page.locator("#result_list")).to_contain_text("已兑现")
    page.goto(f"{live_server.url}/admin/pledges/pledge/{follow_up.pledge_id}/history/")
    history = page.locator("#content")
    expect(history).to_contain_text("chief")
    expect(history).to_contain_text("推进中 已兑现")
    picture(page, "history")

    answer = page.request.get(f"{live_server.url}/api/v1/pledges/yunling-13/").json()
    assert (answer["status"], answer["late"], answer["fulfilment"]) == ("met", False, "1.0238")
    assert answer["follow_up"]["evidence"][0]["url"] == "https://tj.yunling.example/2026/touzi"
