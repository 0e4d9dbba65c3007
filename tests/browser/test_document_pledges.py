"""Entering the pledges of a document beside its text, by keyboard only."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pledges.models import Document, Metric, Pledge
from pledges.models.choices import State
from tests.factories import make_record

from .pages import log_in, make_staff_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.browser]

PICTURES = os.environ.get("PICTURES")
TEXT = """云岭市召开新闻发布会

　　市长令狐冲表示，今年全市计划实施重点项目120个，年度计划投资400亿元以上，
力争新建学校12所。到2027年，工业总产值增长8%左右。"""


@dataclass
class Keyboard:
    """Presses and counts keys. Typed text is not counted."""

    page: Page
    count: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)


def take_screenshots(page: Page, live_server: LiveServer, name: str) -> None:
    if not PICTURES:
        return
    size, url = page.viewport_size, page.url
    for language in ("en", "zh-hans"):
        page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
        for width in (375, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(url)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=Path(PICTURES) / f"{name}-{language}-{width}.png", full_page=True)
    assert size
    page.set_viewport_size(size)
    page.goto(url)


def test_pledge_takes_eight_keys_at_most(page: Page, live_server: LiveServer) -> None:
    record = make_record()
    document = record.investment.statement.document
    Document.objects.filter(pk=document.pk).update(text=TEXT)
    Metric.objects.filter(slug="schools-built").update(usual_unit="所", usual_measure="increase")
    make_staff_user("editor", "editor")
    log_in(page, live_server, "editor")
    page.goto(f"{live_server.url}/admin/pledges/document/{document.pk}/pledges/")
    page.focus("#page-text")
    keyboard = Keyboard(page)

    keyboard.press("ArrowDown", "Enter")  # from 120个, which is marked first, to the clause about investment
    keyboard.type("年度投资额")
    keyboard.press("Tab", "Tab", "Tab", "ArrowDown", "Control+Enter")  # the qualifier
    expect(page.locator("#entry-status")).to_contain_text("yl-2025-003")
    first = Pledge.objects.get(ref="yl-2025-003")
    assert (first.quote, first.value, first.bound) == ("年度计划投资400亿元以上", 400, "at_least")

    keyboard.count = 0
    keyboard.press("Shift+ArrowLeft", "Enter")  # 力争新建学校12, without 所
    expect(page.locator("#id_value")).to_have_value("12")
    keyboard.press("Escape", "Shift+ArrowRight", "Enter")
    expect(page.locator("#id_unit")).to_have_value("所")
    keyboard.type("新建学校数")
    keyboard.press("Enter")
    expect(page.locator("#entry-status")).to_contain_text("yl-2025-004")
    expect(page.locator("#page-text mark")).to_have_count(2)
    assert keyboard.count <= 8

    second = Pledge.objects.get(ref="yl-2025-004")
    assert (second.quote, second.value, second.unit_id, second.measure) == ("力争新建学校12所", 12, "所", "increase")
    assert second.state == State.DRAFT
    assert (second.district, second.statement, second.year, second.deadline) == (
        *(first.district, first.statement, first.year, first.deadline),
    )
    expect(page.locator("#marked")).to_contain_text("工业总产值增长8%左右")

    # An error keeps what was typed, and has the focus.
    keyboard.press("Enter")
    keyboard.type("无此指标")
    keyboard.press("Enter")
    expect(page.locator("#row-form .errors input")).to_be_focused()
    expect(page.locator("#id_metric")).to_have_value("无此指标")
    expect(page.locator("#id_quote")).to_have_value("工业总产值增长8%左右")
    for width in (375, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    take_screenshots(page, live_server, "pledges")
