"""Forty buyers of one night: when each writes, what, and whether a person is wanted.

In: nothing. Out: values. Never: a buyer's real words.

The night is that from Tuesday 27 to Wednesday 28 October 2026 of the shipped roster: the evening's shift has nobody
clocked in; on Wednesday the early shifts of both groups begin at nine, the supervisor's at ten.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Buyer:
    """`wants`: the group of people that must answer, None where the bot's answer does. `order`: how an order of the
    buyer's stands, if there is one."""

    number: int
    at: datetime
    text: str
    wants: str | None = None
    order: str | None = None

    @property
    def talk(self) -> str:
        return f"night-{self.number:02d}"


def on(clock: str) -> datetime:
    """A moment of the story: an evening's hour is Tuesday's, any other Wednesday's."""
    day = 27 if clock >= "20:00" else 28
    return datetime.fromisoformat(f"2026-10-{day}T{clock}").replace(tzinfo=ZONE)


_PRE, _AFTER, _BOSS = "presale", "aftersale", "supervisor"
_SAID: tuple[tuple[str, tuple[tuple[str, str | None, str | None], ...]], ...] = (
    ("22:03", (("发什么快递呀", None, None), ("能开发票吗", None, None), ("满两百有优惠吗", None, None))),
    ("22:41", (("转人工，要买二十件", _PRE, None), ("偏远地区包邮吗", None, None), ("快递放驿站行吗", None, None))),
    ("23:10", (("东西收到是坏的", _AFTER, None), ("可以用花呗吗", None, None), ("在吗", None, None))),
    ("23:52", (("有没有优惠券领", None, None), ("人工", _AFTER, "paid"), ("新疆能发吗", None, None))),
    ("00:20", (("是正品吗", None, None), ("今天拍什么时候发货", None, None), ("我要找真人客服", _PRE, None))),
    ("01:05", (("支持七天无理由吗", None, None), ("再不给我退钱我就打12315", _BOSS, "signed"))),
    ("01:48", (("怎么退货", None, None), ("有会员积分吗", None, None), ("发错颜色了", _AFTER, None))),
    ("02:30", (("顺丰可以发吗 补差价也行", None, None), ("退款多久到账", None, None))),
    ("03:15", (("孩子穿了起疹子 怎么办", _BOSS, "signed"), ("预售什么时候发", None, None), ("能便宜点吗", None, None))),
    ("04:40", (("你好 在不在", None, None), ("有没有运费险", None, None), ("来个人 急", _PRE, None))),
    ("05:30", (("晚上拍的明天能发吗", None, None), ("少发了一件怎么办", _AFTER, None), ("发什么快递", None, None))),
    ("06:20", (("不退就差评", _AFTER, "signed"), ("这个几天能到广州", None, None), ("满多少包邮", None, None))),
    ("07:10", (("你们几点下班呀", None, None), ("我要投诉你们", _AFTER, "shipped"), ("能开专票吗", None, None))),
    ("07:55", (("转人工", _PRE, None), ("有发票吗", None, None), ("转人工 我那单发了没", _AFTER, "paid"))),
)  # fmt: skip


def cast() -> tuple[Buyer, ...]:
    """In the order in which they write."""
    lines = [(clock, one) for clock, some in _SAID for one in some]
    return tuple(Buyer(number, on(clock), *said) for number, (clock, said) in enumerate(lines, 1))
