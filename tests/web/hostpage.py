"""A shop's own page, on another origin than the chat, with the chat's script in it.

In: the chat's address. Out: the page's address. Never: a policy looser than the README asks for.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from starlette.responses import HTMLResponse

from tests.web.fakes import serving

_PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>一件T恤</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"></head>
<body><main><h1>圆领纯棉短袖T恤 女</h1><p>59.00 元。面料柔软，适合夏天。</p>
<p><button type="button">加入购物车</button></p></main>
<script src="{chat}/widget.js" {facts} async></script></body></html>"""


@contextmanager
def host_page(chat: str, facts: str = "") -> Iterator[str]:
    """The address of the shop's page; any path shows it."""
    app, chat = FastAPI(), chat.replace("127.0.0.1", "localhost")
    policy = f"default-src 'none'; script-src {chat}; frame-src {chat}"

    @app.get("/{path:path}")
    async def show(path: str) -> HTMLResponse:
        del path
        return HTMLResponse(_PAGE.format(chat=chat, facts=facts), headers={"content-security-policy": policy})

    with serving(app) as address:
        yield address
