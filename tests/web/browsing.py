"""A real Chromium for tests of pages.

In: the system's browser. Out: a page of a given size, that shares nothing with another but the browser's process.
Never: a silent pass; without a browser the test skips and says so, and under CI it fails.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
PHONE, DESKTOP = (375, 700), (1280, 800)
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for many pages. Until the block ends nothing else of this thread can run an event loop, so a module
    may share one, a session may not."""
    insist_on_chromium()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@contextmanager
def browsing(
    browser: Browser,
    size: tuple[int, int],
    scripts: bool = True,
    complaints_expected: bool = False,
    policy: bool = True,
    dark: bool = False,
) -> Iterator[Page]:
    """A page as in a fresh browser: cookies, storage and cache are its own. Whatever it complains about in the console
    fails the test. Without `policy` a test may bring scripts of its own."""
    complaints: list[str] = []
    context = browser.new_context(
        viewport=ViewportSize(width=size[0], height=size[1]),
        java_script_enabled=scripts,
        locale="zh-CN",
        bypass_csp=not policy,
        color_scheme="dark" if dark else "light",
    )
    try:
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
    finally:
        context.close()
    assert complaints_expected or not complaints


def insist_on_chromium() -> None:
    """Skip without a browser; under CI fail."""
    if CHROMIUM.exists():
        return
    reason = f"no Chromium at {CHROMIUM}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
