"""The whole service's desk, page by page, refuses strangers: no page can be forgotten."""

from pathlib import Path

import httpx
import pytest

from bot.app import build_app, open_service, read_shelf
from bot.settings import Settings
from tests.web.desk_sweep import BROWSER, desk_addresses, let_in

ROOT = Path(__file__).parents[2]
SECRET = "whsec_" + "MDEy" * 8
pytestmark = pytest.mark.anyio


async def test_without_a_log_in_every_address_of_the_whole_desk_refuses(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'yeban.db'}"
    settings = Settings(url, ROOT / "replies", ROOT / "rules", (SECRET,), widget=True)
    service = open_service(settings, read_shelf(settings))
    app = build_app(service)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as stranger:
        assert len(desk_addresses(app)) >= 7
        for headers in (BROWSER, {"accept": "application/json"}, {"accept": "text/event-stream"}):
            assert await let_in(app, stranger, headers) == []
        assert (await stranger.get("/desk/login", headers=BROWSER)).status_code == 200
    await service.store.close()
