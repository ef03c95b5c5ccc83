"""Buyers: when they come, what they write, and how they go on once somebody has answered.

In: chance, what reached them. Out: messages as the channel tells them. Never: a look at who serves them.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.records import Event
from tests.core.book import CHINA
from tests.floor.staff import CHANNEL
from tests.floor.stage import Stage
from tests.floor.story import Sent

HOURS = (2, 1, 0.6, 0.4, 0.3, 0.4, 1, 2, 4, 6, 7, 7, 6, 6, 6, 6, 5, 5, 5, 6, 8, 9, 8, 5)
RUSH, RUSH_DAYS = 2.5, (10, 11)
QUIET = timedelta(seconds=1)
#: What needs no answer.
CALM = ("谢谢", "好的")
_KINDS: Sequence[tuple[int, tuple[tuple[str, ...], ...]]] = (
    (38, (("发什么快递",), ("什么时候发货",), ("在吗", "今天能发货吗"), ("发什么快递", "什么时候发货"))),
    (22, (("转人工",), ("在吗", "要人工"), ("人工",), ("什么时候发货", "转人工", "有急事"))),
    (15, (("我要换货",), ("我的快递到哪了", "转人工"), ("取消订单",), ("你好", "我要换货", "尺码买小了"))),
    (14, (("那个上次说的怎么弄来着", "就是那个呀"), ("帮我看看这个行不行", "可以不"))),
    (6, (("再不处理我打12315了",), ("你们是黑店吧", "我要找律师"), ("黑店",))),
    (5, (("谢谢",), ("在吗", "谢谢"))),
)
_MORE = ("那要多久呢", "什么时候发货", "换货的话运费谁出", "可以帮我改一下地址吗", "转人工")


class Crowd:
    """`accept` takes an event in; `waits` says whether a conversation's buyer waits for people. After `until` nobody
    writes any more."""

    def __init__(
        self,
        stage: Stage,
        accept: Callable[[Event], Awaitable[object]],
        waits: Callable[[str], bool],
        until: datetime,
    ) -> None:
        self._stage = stage
        self._accept = accept
        self._waits = waits
        self._until = until
        self._answered: dict[str, int] = {}
        self._buyers: dict[str, str] = {}

    def plan(self, start: datetime, conversations: int) -> None:
        """So many conversations, thick in the evening and on the days of the sale, thin by night."""
        hours = [
            start + number * timedelta(hours=1) for number in range(int((self._until - start).total_seconds() // 3600))
        ]
        weights = [_weight(hour) for hour in hours]
        for number, hour in enumerate(self._stage.chance.choices(hours, weights, k=conversations)):
            one, old = f"c{number}", self._stage.luck(0.1) and number
            self._buyers[one] = f"b{self._stage.chance.randrange(number)}" if old else f"b{number}"
            self._stage.at(hour + timedelta(seconds=self._stage.chance.uniform(0, 3599)), partial(self._comes, one))

    def heard(self, sent: Sent) -> None:
        """Something reached a buyer."""
        one = sent.conversation_id
        if sent.by_bot and (sent.purpose == "notice" or not self._stage.luck(0.1)):
            return
        rounds = self._answered[one] = self._answered.get(one, 0) + 1
        goes_on = self._stage.luck(0.5) and rounds <= 4
        if sent.by_bot and rounds == 1:
            self._later(one, "转人工")
        elif not sent.by_bot and goes_on:
            self._later(one, self._stage.chance.choice(_MORE))
        elif not sent.by_bot and self._stage.luck(0.5):
            self._later(one, self._stage.chance.choice(CALM))

    def _later(self, one: str, text: str) -> None:
        self._stage.after(self._stage.chance.uniform(8, 120), partial(self._writes, one, text))

    async def _comes(self, one: str) -> None:
        texts = self._stage.chance.choice(
            self._stage.chance.choices(*zip(*((kind[1], kind[0]) for kind in _KINDS), strict=True))[0]
        )
        after = 0.0
        for text in texts:
            self._stage.after(after, partial(self._writes, one, text))
            after += self._stage.chance.choice((0.5, 2.0, 15.0, 40.0))
        if self._stage.luck(0.12):
            self._stage.after(self._stage.chance.uniform(18, 30) * 3600, partial(self._comes, one))
        self._stage.after(after + self._stage.chance.uniform(300, 900), partial(self._grows_impatient, one))

    async def _grows_impatient(self, one: str) -> None:
        if self._waits(one) and self._stage.luck(0.4):
            await self._writes(one, "人呢")

    async def _writes(self, one: str, text: str) -> None:
        now, number = self._stage.now(), next(self._stage.numbers)
        if now > self._until:
            return
        body = {
            "id": f"m{number}", "conversation_id": one, "buyer": {"id": self._buyers[one]}, "sender": "buyer",
            "kind": "text", "text": text, "sent_at": now.isoformat(),
        }  # fmt: skip
        lane = f"c:{CHANNEL}:{one}"
        await self._accept(Event(CHANNEL, f"e{number}", "message.created", lane, body, now, now + QUIET))
        self._stage.note("messages of buyers")


def _weight(hour: datetime) -> float:
    local = hour.astimezone(CHINA)
    return HOURS[local.hour] * (RUSH if local.day in RUSH_DAYS and local.month == 11 else 1)
