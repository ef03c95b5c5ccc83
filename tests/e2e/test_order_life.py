"""A whole order's life over HTTP: what the buyer hears and what is written on the order, from the first nudge on."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.shop import NIGHT, ROOT, Receiver, Shop, change_rules, data, until
from tests.e2e.small import SmallShop

RECEIVER = {"name": "张三丰", "phone": "13800138000", "address": "浙江省杭州市示例区演示路1号3单元"}
THREAD = "life"


def around_the_clock(rules: dict[str, Any]) -> None:
    """Everything is said at once, whatever the hour."""
    rules.update({"quiet": [], "limits": {"most": "99", "apart": "0s", "after_talk": "0s"}})


class CaringShop(SmallShop):
    """Few replies; all that the shipped shop says about orders."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, NIGHT, Receiver().start())
        shutil.copytree(ROOT / "replies" / "care", self.replies / "care")
        shutil.copy(ROOT / "rules" / "care.yaml", self.rules)
        change_rules(self.rules, {"care": around_the_clock})


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    found = CaringShop(tmp_path)
    try:
        yield found.start()
    finally:
        found.end()


class Life:
    """One order as the shop's system tells of it."""

    def __init__(self, shop: Shop, order_id: str) -> None:
        self.shop, self.order_id = shop, order_id
        self.told: dict[str, object] = {"receiver": RECEIVER, "postage": "8.00"}

    def becomes(self, status: str, **more: object) -> None:
        self.told |= more
        self.shop.orders(self.order_id, THREAD, status, **self.told)

    def hears(self, text: str, purpose: str) -> Mapping[str, object]:
        """The message in which the buyer reads these words."""
        found: list[Mapping[str, object]] = []

        def there() -> bool:
            found[:] = [one for one in self.shop.receiver.messages(THREAD) if text in str(one["text"])]
            return bool(found)

        until(there, f"the buyer reads {text}")
        [message] = found
        assert message["purpose"] == purpose
        assert str(message["source"]).startswith("replies/")
        return message

    def notes(self, count: int) -> list[Mapping[str, object]]:
        """What was written on the order, once it is so many notes."""
        until(lambda: len(self._notes()) >= count, f"{count} notes")
        return self._notes()

    def _notes(self) -> list[Mapping[str, object]]:
        all_ = [data(command) for command in self.shop.receiver.of_type("order.note")]
        return [note for note in all_ if note["order_id"] == self.order_id]


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).isoformat()


def test_an_order_is_looked_after_from_its_nudge_to_the_follow_up(shop: Shop) -> None:
    life = Life(shop, "o-life")
    shop.says(THREAD, "发什么快递")
    until(lambda: shop.receiver.messages(THREAD), "the bot has answered")

    life.becomes("unpaid")
    life.hears("加绒卫衣", "nudge")

    life.becomes("paid", paid_at=ago(), memo="老客 多送一双袜子", flag=None)
    checked = life.hears("张**", "care")
    assert "138****8000" in str(checked["text"])
    assert "13800138000" not in str(checked["text"])
    [mark] = life.notes(1)
    assert (mark["memo"], mark["flag"]) == ("老客 多送一双袜子\n【夜班】机器人 YB01", "blue")

    shop.says(THREAD, "帮我发圆通，不要放小票")
    life.hears("发圆通、不放小票", "reply")
    note = life.notes(2)[1]
    assert note["memo"] == "老客 多送一双袜子\n【夜班】机器人 YB01\n【夜班】买家要求：发圆通、不放小票"
    assert note["seen"] == "老客 多送一双袜子"

    life.becomes("shipped", shipped_at=ago(days=3), moved_at=ago(days=2, minutes=1), carrier="中通", tracking_no="ZT1")
    life.hears("物流没有更新", "care")

    life.becomes("signed", signed_at=ago(days=3, minutes=1))
    life.hears("还满意吗", "care")

    life.becomes("finished")
    shop.orders("o-next", "next")
    until(lambda: shop.receiver.messages("next"), "a later nudge is out")
    said = [str(message["purpose"]) for message in shop.receiver.messages(THREAD)]
    assert said == ["reply", "nudge", "care", "reply", "care", "care"]
    assert len(life.notes(2)) == 2


def test_a_sale_that_an_agent_served_is_marked_with_the_agents_number(shop: Shop) -> None:
    life = Life(shop, "o-sale")
    shop.says(THREAD, "发什么快递")
    until(lambda: shop.receiver.messages(THREAD), "the bot has answered")
    shop.says(THREAD, "亲，我来帮您看", sender="seller", agent_id="a07")
    life.becomes("paid", paid_at=datetime.now(UTC).isoformat(), memo="赠品已配", flag="green")
    [mark] = life.notes(1)
    assert (mark["memo"], mark["flag"]) == ("赠品已配\n【夜班】客服工号 a07", "green")
