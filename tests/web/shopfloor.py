"""A demo buyer page with fake goods, served for real.

In: a fake store. Out: its address. Never: the real demo shop's files.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from fastapi import FastAPI

from bot.channels.signing import Secret
from bot.clock import utc_now
from bot.core.model import Item
from bot.web.buyers import buyers_router
from bot.web.errors import install_errors
from bot.web.front import Shopfront
from bot.web.pages import static_files
from bot.web.stream import Poll
from bot.web.tokens import Signer
from bot.web.widget import LOCAL_ORIGINS, Widget
from tests.web.fakes import NOW, FakeStore, serving

SECRET = Secret(bytes(range(32)))
TITLES = (
    "圆领纯棉短袖T恤 女",
    "连帽加绒卫衣 男",
    "直筒高腰牛仔裤 女",
    "轻薄羽绒服 中性 短款",
    "针织开衫毛衣 女",
    "儿童纯棉睡衣套装",
    "渔夫帽",
)
ITEMS = tuple(Item(f"i{index}", title, Decimal("59.00") + index, NOW) for index, title in enumerate(TITLES))


def counting_ids() -> Callable[[], str]:
    """Ids that are fresh and long enough, and the same in every run."""
    numbers = itertools.count(1)
    return lambda: f"id-{next(numbers):020d}"


@contextmanager
def buyer_page(store: FakeStore, demo: bool = True, people_on: bool = False) -> Iterator[str]:
    """The address of a running page."""
    watch, app = Poll(), FastAPI()
    store.items = store.items or {item.id: item for item in ITEMS}
    widget = Widget(
        store=store,
        inbox=store,
        shopfront=lambda: Shopfront("夜班示例服饰店", "每天 09:00-24:00", people_on, ITEMS),
        watch=watch,
        now=utc_now,
        new_id=counting_ids(),
        quiet=timedelta(seconds=1),
        zone=ZoneInfo("Asia/Shanghai"),
        signer=Signer.of([SECRET]),
        demo=demo,
        origins=LOCAL_ORIGINS,
        typing=store.is_typing,
        patience=timedelta(seconds=1),
    )
    app.include_router(buyers_router(widget))
    app.mount("/static", static_files())
    install_errors(app)
    with serving(app, watch) as address:
        yield address
