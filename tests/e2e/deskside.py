"""People in front of pages: a shop under a clock that the story turns, agents at desks, buyers at the buyer's page.

In: a real Chromium. Out: what each of them does and sees. Never: a call past the pages, but for the clock.
"""

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

from bot.clock import new_id, random_bytes
from bot.core.staff import Role
from bot.hashing import Hashing
from bot.registrar import Newcomer, Registrar
from bot.store import open_store
from tests.chaos.premises import furnish
from tests.e2e.night_shop import NightShop
from tests.e2e.shop import ROOT, Rules, change_rules

OWN = "蓝色-雨伞-走过-石桥"


class DeskShop(NightShop):
    """With the buyer's page, and accounts for those who work at the desk."""

    def __init__(self, folder: Path, rules: Rules) -> None:
        """Few replies, so that it opens in a moment; the shipped roster."""
        super().__init__(folder, {})
        small = furnish(folder / "small")
        self.replies, self.rules = small.replies, small.rules
        shutil.copy(ROOT / "rules" / "shifts.yaml", self.rules / "shifts.yaml")
        change_rules(self.rules, rules)

    def environment(self) -> dict[str, str]:
        return super().environment() | {"YEBAN_WIDGET": "on"}

    def employs(self, staff: Mapping[str, Role]) -> None:
        """By their numbers; the password is `OWN`."""
        asyncio.run(self._employs(staff))

    async def _employs(self, staff: Mapping[str, Role]) -> None:
        store = open_store(self.environment()["YEBAN_DATABASE_URL"], new_id=new_id)
        registrar = Registrar(store, Hashing(), self.now, random_bytes, "test")
        for number, role in staff.items():
            await registrar.add(Newcomer(number, f"客服{number}", role), OWN, for_once=False)
        await store.close()


class Seat:
    """Somebody's browser. `complaints`: what its console said."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints = list[str]()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.strokes = 0

    def press(self, *keys: str) -> None:
        """Each a stroke that is counted."""
        for key in keys:
            self.page.keyboard.press(key)
            self.strokes += 1


class Agent(Seat):
    """At `/desk`."""

    def logs_in(self, number: str) -> None:
        self.page.goto(f"{self.url}/desk")
        self._fill({"number": number, "password": OWN})
        expect(self.page.locator("#presence")).to_be_visible()

    def _fill(self, fields: dict[str, str]) -> None:
        for name, value in fields.items():
            self.page.locator(f"main input[name={name}]").fill(value)
        with self.page.expect_navigation():
            self.page.locator("main button.main").first.click()

    def is_here(self) -> None:
        self.page.locator("#presence button[value=online]").click()
        expect(self.page.locator("#presence button[value=online]")).to_have_attribute("aria-pressed", "true")

    def section(self, name: str) -> Locator:
        """Rows of a part of the queue."""
        return self.page.locator(f"#queue [aria-labelledby=q-{name}] .row")

    def opens(self, row: Locator) -> None:
        link = row.locator("a")
        path = link.get_attribute("href")
        link.click()
        expect(self.page).to_have_url(f"{self.url}{path}")
        expect(self.page.locator("#thread")).to_have_attribute("data-path", str(path))

    def transfers(self, to: str, note: str) -> None:
        """With the keyboard, but for the choice."""
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("t")
        pop = self.page.locator(".pop[open]")
        pop.locator("select[name=to]").select_option(to)
        pop.locator("textarea[name=note]").fill(note)
        pop.locator("button.main").click()
        expect(pop).to_have_count(0)

    def replies(self, text: str) -> None:
        self.page.locator("#text").fill(text)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#log .line.agent").last).to_contain_text(text)

    @property
    def lines(self) -> Locator:
        return self.page.locator("#log .line")


class Buyer(Seat):
    """At `/`."""

    def comes(self) -> None:
        self.page.goto(self.url)

    def writes(self, text: str) -> None:
        self.page.locator("#text").fill(text)
        self.page.locator("#composer button:not([type=button])").last.click()
        expect(self.page.locator(".line.buyer .bubble", has_text=text).last).to_be_visible()

    def reads(self, text: str) -> None:
        expect(self.page.locator(".line:not(.buyer) .bubble", has_text=text).last).to_be_visible(timeout=20_000)
