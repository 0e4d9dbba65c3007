"""A Chromium page for tests that use the live server."""

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connections
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, live_server: LiveServer) -> Iterator[Page]:
    """Yield a page. A request to another host, or an error in the console, fails the test."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: install one, or name it in CHROMIUM")
    # Playwright runs an event loop in this thread, so Django would reject database queries as asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        page = browser.new_page(locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1280, "height": 900})
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on(
            "request",
            lambda request: (
                None
                if urlsplit(request.url).netloc in {urlsplit(live_server.url).netloc, ""}
                else problems.append(request.url)
            ),
        )
        yield page
        connections.close_all()  # Django does not close the connections of this thread
        browser.close()
    assert problems == []
