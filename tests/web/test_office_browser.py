"""The office in a real browser: it fits a phone, works by keyboard without scripts, and obeys the strict policy."""

import asyncio
from pathlib import Path

import httpx

from bot.core.staff import Role
from bot.store import open_store
from tests.fakes import HandClock, counting_ids
from tests.web.browsing import browsing, chromium
from tests.web.fakes import serving
from tests.web.gates import OpenGate
from tests.web.office_life import busy
from tests.web.office_room import NOW, OfficeRoom, office_app, office_book

PAGES = ("", "/pause", "/roster", "/handovers", "/issues", "/record", "/letters")


def test_a_supervisor_pauses_and_lets_a_letter_go_on_a_phone_by_keyboard(tmp_path: Path) -> None:
    clock, gate = HandClock(NOW), OpenGate("s01", Role.SUPERVISOR)
    store = open_store(f"sqlite:///{tmp_path / 'office.db'}", new_id=counting_ids())
    asyncio.run(busy(OfficeRoom(httpx.AsyncClient(), store, clock, gate)))
    app = office_app(store, gate, clock, office_book())
    with serving(app) as address, chromium() as browser, browsing(browser, (390, 844), scripts=False) as page:
        for path in PAGES:
            page.goto(f"{address}/desk/office{path}")
            assert page.locator("h1").count() == 1
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.goto(f"{address}/desk/office")
        page.get_by_role("link", name="暂停…").press("Enter")
        page.get_by_role("button", name="确定暂停").press("Enter")
        assert page.get_by_text("操作人 s01").is_visible()
        page.goto(f"{address}/desk/office/letters")
        letter = page.get_by_role("article").first
        assert not letter.get_by_role("button", name="确定放弃").is_visible()
        letter.get_by_text("放弃…").press("Enter")
        letter.get_by_role("button", name="确定放弃").press("Enter")
        assert page.get_by_role("status").inner_text() == "已放弃，不再发送。"
        assert page.get_by_role("article").count() == 2
    asyncio.run(store.close())
