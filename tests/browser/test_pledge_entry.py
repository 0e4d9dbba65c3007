"""Adding and finding pledges in a browser."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pledges.models import Metric, Pledge
from tests.factories import make_record

from .pages import log_in, make_staff_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.browser]


def log_in_as_editor(page: Page, live_server: LiveServer) -> None:
    make_staff_user("editor", "editor")
    log_in(page, live_server, "editor")


def choose(page: Page, field: str, words: str, option: str) -> None:
    page.locator(f"#id_{field} + .select2").click()
    page.locator(".select2-search__field").last.fill(words)
    page.locator(".select2-results__option", has_text=option).first.click()
    expect(page.locator(f"#select2-id_{field}-container")).to_contain_text(option)


def test_editor_adds_pledge_with_new_statement(page: Page, live_server: LiveServer) -> None:
    make_record()
    log_in_as_editor(page, live_server)
    page.locator('a[href="/admin/pledges/pledge/"]').first.click()
    page.locator('a[href^="/admin/pledges/pledge/add/"]').click()
    page.locator("#id_ref").fill("yl-2025-003")

    # Add a new statement in a popup of the form.
    page.locator('[data-id="related-widget-wrapper-statement"]').get_by_text("more_vert").click()
    with page.expect_popup() as opened:
        page.locator("#add_id_statement").click()
    popup = opened.value
    choose(popup, "document", "云岭日报 1", "云岭日报 1 版")
    choose(popup, "official", "令狐", "令狐冲")
    choose(popup, "post", "教育", "山阴县教育局局长")
    popup.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#select2-id_statement-container")).to_contain_text("令狐冲 · 云岭日报 1 版")

    page.fill("#id_quote", "确保新增投资200亿元以上")
    choose(page, "district", "山阴", "山阴县")
    Metric.objects.filter(name="年度投资额").update(usual_unit="亿元", usual_measure="increase")
    choose(page, "metric", "投资", "年度投资额")
    expect(page.locator("#select2-id_unit-container")).to_contain_text("亿元")
    expect(page.locator("#id_measure")).to_have_value("increase")
    page.fill("#id_label", "新增投资额")
    page.select_option("#id_measure", "total")
    page.select_option("#id_bound", "at_least")
    page.fill("#id_value", "-200")
    choose(page, "unit", "亿", "亿元")
    page.fill("#id_year", "2025")
    page.fill("#id_deadline", "2025-12-31")
    page.get_by_role("button", name="保存并继续编辑").click()
    expect(page.locator("#content-main")).to_contain_text("只有增长率、增量和时点存量可以是负数。")

    page.fill("#id_value", "200")
    page.get_by_role("button", name="保存并继续编辑").click()
    expect(page.locator("#content-main")).to_contain_text("至少 200 亿元，不晚于 2025-12-31")
    expect(page.locator("#content-main")).to_contain_text("20,000,000,000 元")

    pledge = Pledge.objects.get(ref="yl-2025-003")
    assert (pledge.statement.speaker.name, pledge.district.name, pledge.state) == ("令狐冲", "山阴县", "draft")


def test_editor_switches_language_and_searches(page: Page, live_server: LiveServer) -> None:
    make_record()
    log_in_as_editor(page, live_server)
    page.goto(f"{live_server.url}/admin/pledges/pledge/")

    page.locator('input[name="language"][value="en"]').evaluate("field => field.form.submit()")
    expect(page.locator("#result_list")).to_contain_text("at least 38.5 billion yuan by 2025-12-31")

    page.goto(f"{live_server.url}/admin/pledges/pledge/?q=学校")
    expect(page.locator("#result_list tbody")).to_have_count(1)
    expect(page.locator("#result_list")).to_contain_text("yl-2026-001")
