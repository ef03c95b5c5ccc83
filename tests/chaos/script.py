"""What buyers, sellers and the platform will tell, decided beforehand.

In: a seed and a number of buyers' messages. Out: conversations, each a list of steps in their order. Never: a clock, a
send.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.chaos.luck import between, chance, drawn
from tests.chaos.premises import PEOPLE

TEXTS: Mapping[str, float] = {
    "发什么快递": 5, "包邮吗": 5, "有发票吗": 5, "几天能到": 5, "在吗": 3, "谢谢": 1, "好的": 1, "快递": 2,
    "发票和快递": 2, "1": 1, "是的": 1, "发什么快递 几天能到": 2, "那个怎么说呢": 1, "转人工": 0.5,
    "收到的衣服破了个洞": 0.7, "我要打12315投诉": 0.3, "？？": 0.5, "这件有M码吗": 1, "不要了": 0.5,
}  # fmt: skip
LONGEST_TALK = 11
SLOW, TWICE, RENAMED, SELLER, PRESENCE, ORDER, PAID = 0.6, 0.08, 0.05, 0.02, 0.02, 0.35, 0.6
Luck = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One event. `pause`: seconds before it is told; `copies`: how often, at the same time; `alias`: a second event id
    under which the same thing is told too. `position` counts the buyer's messages of a talk."""

    event: str
    kind: str
    talk: str
    data: Mapping[str, object]
    pause: float = 0.0
    copies: int = 1
    alias: str | None = None
    position: int = -1

    @property
    def events(self) -> list[str]:
        """The ids to tell it under, at once."""
        return [self.event] * self.copies + ([self.alias] if self.alias else [])


@dataclass(slots=True)
class Talk:
    name: str
    steps: list[Step] = field(default_factory=list)


def script(seed: int, messages: int) -> list[Talk]:
    """As many talks as it takes."""
    talks, left = list[Talk](), messages
    while left > 0:
        name = f"c{len(talks)}"
        count = min(left, 1 + int(chance(seed, name, "length") * LONGEST_TALK))
        talks.append(Talk(name, list(_steps(seed, name, count))))
        left -= count
    return talks


def spoken(talk: str, one: str, text: str, sender: str) -> dict[str, object]:
    """The data of a message but for its time."""
    return {
        "id": one, "conversation_id": talk, "buyer": {"id": f"b-{talk}"}, "sender": sender, "kind": "text",
        "text": text,
    }  # fmt: skip


def _steps(seed: int, talk: str, count: int) -> Iterator[Step]:
    ordered = int(chance(seed, talk, "when") * count) if chance(seed, talk, "order") < ORDER else -1
    for number in range(count):
        luck = (seed, talk, number)
        yield _asked(number, luck)
        if number == ordered:
            yield from _order(luck)
        if chance(*luck, "seller") < SELLER:
            yield from _human(luck)
        if chance(*luck, "presence") < PRESENCE:
            yield _presence(luck)


def _asked(number: int, luck: Luck) -> Step:
    """A buyer's message; some follow at once, some after a while."""
    talk, one = luck[1], f"{luck[1]}-m{number}"
    pause = between(0.0, 2.5, *luck, "pause") if chance(*luck, "slow") < SLOW else 0.0
    copies = 2 if chance(*luck, "twice") < TWICE else 1
    alias = f"{one}-alias" if chance(*luck, "renamed") < RENAMED else None
    data = spoken(talk, one, drawn(TEXTS, *luck, "text"), "buyer")
    return Step(f"{one}-event", "message.created", talk, data, pause, copies, alias, number)


def _order(luck: Luck) -> Iterator[Step]:
    """Unpaid, and perhaps paid about the time when the nudge is due."""
    talk, one = luck[1], f"{luck[1]}-order"
    copies = 2 if chance(*luck, "order twice") < TWICE else 1
    yield Step(f"{one}-unpaid", "order.updated", talk, _snapshot(talk, one, "unpaid"), 0.0, copies)
    if chance(*luck, "paid") < PAID:
        pause = between(1.0, 4.5, *luck, "paid after")
        yield Step(f"{one}-paid", "order.updated", talk, _snapshot(talk, one, "paid"), pause)


def _snapshot(talk: str, one: str, status: str) -> dict[str, object]:
    """The title names the order, so that the channel can read what a nudge is about."""
    line = {"item_id": "i1", "title": f"卫衣{one}", "quantity": 1, "price": "129.00"}
    return {
        "id": one, "buyer_id": f"b-{talk}", "conversation_id": talk, "status": status, "amount": "129.00",
        "postage": "0.00", "lines": [line],
    }  # fmt: skip


def _human(luck: Luck) -> Iterator[Step]:
    """A person takes over; half of them give the conversation back."""
    talk, one = luck[1], f"{luck[1]}-s{luck[2]}"
    words = spoken(talk, one, f"您好，我是店长，我来跟您说（{one}）", "seller")
    yield Step(f"{one}-event", "message.created", talk, words, between(0.0, 2.0, *luck, "human after"))
    if chance(*luck, "handed back") < 0.5:
        back = {"conversation_id": talk}
        yield Step(f"{one}-back", "conversation.handed_back", talk, back, between(0.5, 3.0, *luck, "back after"))


def _presence(luck: Luck) -> Step:
    who = PEOPLE[int(chance(*luck, "who") * len(PEOPLE))]
    state = "online" if chance(*luck, "state") < 0.5 else "offline"
    data = {"agent_id": who, "state": state}
    return Step(f"{luck[1]}-p{luck[2]}", "agent.presence", luck[1], data)
