"""Styles and scripts: packed for who unpacks, asked for again only when they have changed."""

import gzip

import httpx
import pytest
from fastapi import FastAPI

from bot.web.errors import install_errors
from bot.web.pages import static_files
from bot.web.statics import address, assets

pytestmark = pytest.mark.anyio


def client() -> httpx.AsyncClient:
    app = FastAPI()
    app.mount("/static", static_files())
    install_errors(app)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop")


async def get(url: str, **headers: str) -> httpx.Response:
    async with client() as asking:
        return await asking.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})


async def test_a_file_is_packed_for_who_unpacks() -> None:
    packed, plain = await get("/static/page.css"), await get("/static/page.css", accept_encoding="identity")
    refused = await get("/static/page.css", accept_encoding="br, gzip;q=0")
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.content == plain.content == refused.content == assets()["page.css"].data
    assert not any("content-encoding" in one.headers for one in (plain, refused))
    assert packed.headers["vary"] == "accept-encoding"
    assert packed.headers["content-type"] == "text/css; charset=utf-8"


async def test_a_browser_keeps_for_ever_what_is_named_by_its_content() -> None:
    assert "immutable" in (await get(address("page.js"))).headers["cache-control"]
    assert (await get("/static/page.js?v=old")).headers["cache-control"] == "no-cache"
    assert (await get("/static/page.js")).headers["cache-control"] == "no-cache"


async def test_what_a_browser_has_already_is_not_sent_again() -> None:
    first = await get("/static/page.js")
    again = await get("/static/page.js", if_none_match=f'"x", W/{first.headers["etag"]}')
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    plain = await get("/static/page.js", accept_encoding="identity", if_none_match=first.headers["etag"])
    assert plain.status_code == 200


@pytest.mark.parametrize("path", ["/static/", "/static/none.js", "/static/../pages.py", "/static/%2e%2e/pages.py"])
async def test_nothing_else_is_there(path: str) -> None:
    assert (await get(path)).status_code == 404


async def test_files_are_only_read() -> None:
    async with client() as asking:
        assert (await asking.post("/static/page.js")).status_code == 405
        head = await asking.head("/static/page.js")
    assert (head.status_code, head.content) == (200, b"")


def test_packing_is_the_same_everywhere() -> None:
    one = assets()["page.js"]
    assert one.packed is not None
    assert gzip.decompress(one.packed) == one.data
    assert one.packed[4:8] == bytes(4)
