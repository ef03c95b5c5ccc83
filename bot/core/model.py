"""The nouns of the trade as frozen values.

In: nothing. Out: the types that every other room shares. Never: behaviour beyond deriving one field from others.

Times are timezone-aware UTC unless a name says `local`; money is `Decimal` yuan; ids are strings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Holder(StrEnum):
    """Who answers in a conversation. The allowed moves are in `states.py`."""

    BOT = "bot"
    QUEUED = "queued"
    HUMAN = "human"
    CLOSED = "closed"


class Sender(StrEnum):
    BUYER = "buyer"
    SELLER = "seller"
    SYSTEM = "system"


class Kind(StrEnum):
    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    STICKER = "sticker"
    ITEM_CARD = "item_card"
    ORDER_CARD = "order_card"


class OrderStatus(StrEnum):
    UNPAID = "unpaid"
    DEPOSIT_PAID = "deposit_paid"
    PAID = "paid"
    SHIPPED = "shipped"
    SIGNED = "signed"
    FINISHED = "finished"
    CLOSED = "closed"


class Refund(StrEnum):
    NONE = "none"
    ASKED = "asked"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation, as the channel told it. `agent_id`: which of the shop's people wrote it."""

    id: str
    conversation_id: str
    buyer_id: str
    sender: Sender
    kind: Kind
    sent_at: datetime
    text: str = ""
    buyer_name: str | None = None
    item_id: str | None = None
    order_id: str | None = None
    media_url: str | None = None
    agent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Sku:
    """One variant of an item. `name` reads like "黑色 M"; `price` is None where the item's price holds."""

    id: str
    name: str
    stock: int
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SizeRow:
    """One line of a size chart: closed ranges, height in cm and weight in kg; None where the chart is silent.

    `measures` are the garment's own measures in cm by their printed names ("胸围": "96").
    """

    size: str
    height: tuple[int, int] | None = None
    weight: tuple[Decimal, Decimal] | None = None
    measures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """A product's card. `attributes` keeps the shop's own names ("面料", "产地")."""

    id: str
    title: str
    price: Decimal
    updated_at: datetime
    skus: tuple[Sku, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    size_chart: tuple[SizeRow, ...] = ()
    ships_from: str | None = None
    lead_time: str | None = None
    on_sale: bool = True


@dataclass(frozen=True, slots=True)
class OrderLine:
    item_id: str
    title: str
    quantity: int
    price: Decimal
    sku_id: str | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    name: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Order:
    """A whole snapshot of an order; a newer `updated_at` replaces an older one. `moved_at`: when its parcel was last
    seen to move, as far as the shop's system tells."""

    id: str
    buyer_id: str
    status: OrderStatus
    amount: Decimal
    postage: Decimal
    lines: tuple[OrderLine, ...]
    created_at: datetime
    updated_at: datetime
    conversation_id: str | None = None
    receiver: Receiver | None = None
    carrier: str | None = None
    tracking_no: str | None = None
    refund: Refund = Refund.NONE
    memo: str | None = None
    flag: str | None = None
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    signed_at: datetime | None = None
    moved_at: datetime | None = None


class AgentState(StrEnum):
    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether somebody is there. `passed`: how many waiting threads in a row went on to others for want of a word;
    `spoke_at`: when they last said one."""

    agent_id: str
    state: AgentState
    since: datetime
    passed: int = 0
    spoke_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FlowState:
    """How far an after-sales matter has come: `filled` are the answers by slot, `proofs` the pictures' addresses (or
    their messages' ids), `asking` the slot that the buyer was last asked for and `tries` how often that was answered
    badly, `questions` what was asked beside it and not answered, `denied` answers that were taken back. `ended`: done,
    handed, led into another one, left for another one, dropped by the buyer, or silent."""

    name: str
    since: datetime
    filled: Mapping[str, str] = field(default_factory=dict)
    proofs: tuple[str, ...] = ()
    asking: str | None = None
    tries: int = 0
    order_id: str | None = None
    questions: tuple[str, ...] = ()
    denied: Mapping[str, str] = field(default_factory=dict)
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class Replied:
    """The bot's last word to a question: the `question` as the buyer put it, masked, and what it was read as; `reason`
    is the decision's. Of an answer the `topic`, the line (`source`), and under what it counts as `said`."""

    at: datetime
    question: str
    reason: str
    intent: str | None = None
    topic: str | None = None
    source: str | None = None
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the bot remembers of one thread.

    `said` counts how often each topic was answered; `asked` holds the questions the bot has put and not had answered
    (slot or choice names); `misses` counts turns in a row that were not understood. `version` guards every write.
    `last_topics` are what the buyer was last answered about; courtesies and the bot's own moments are none.
    `told` keeps slots that the buyer named, for the answer to a question of the bot's and for the next item;
    `last_at` is when the buyer last wrote. `served_by` and `served_at`: who of the shop's people wrote last, and when;
    `answered_at`: when the bot last answered a question; `refused_at`: when the buyer last said not to want what was
    ordered. `wishes`: what the buyer wishes for the next order, and when it was said. `flow` is the after-sales matter
    under way, `past_flows` those before it that people must still hear of. `replied`: the bot's last word to a
    question, None where people have spoken or been called since.
    While it waits for people, `waiting_since`, `group`, `urgency` (0 is hottest), `reason` and `summary` say what they
    need, and `announced` whether the channel has been told. `waiting_since` of one that a human holds: since when the
    buyer waits for a word. `agent_id`: whose it is, since `agent_since`; None while it is nobody's. `tried`: who let it
    pass in this wait; `soothed`: what the buyer was told in it (`waits.HELD` and the like);
    `look_at`: when the routing must look at it again.
    """

    id: str
    channel: str
    buyer_id: str
    holder: Holder = Holder.BOT
    version: int = 0
    buyer_name: str | None = None
    group: str | None = None
    waiting_since: datetime | None = None
    announced: bool = False
    urgency: int = 5
    reason: str | None = None
    summary: str = ""
    misses: int = 0
    last_topic: str | None = None
    last_topics: tuple[str, ...] = ()
    said: Mapping[str, int] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    item_id: str | None = None
    order_id: str | None = None
    told: Mapping[str, str] = field(default_factory=dict)
    last_at: datetime | None = None
    served_by: str | None = None
    served_at: datetime | None = None
    answered_at: datetime | None = None
    refused_at: datetime | None = None
    wishes: Mapping[str, datetime] = field(default_factory=dict)
    flow: FlowState | None = None
    past_flows: tuple[FlowState, ...] = ()
    agent_id: str | None = None
    agent_since: datetime | None = None
    tried: tuple[str, ...] = ()
    soothed: int = 0
    look_at: datetime | None = None
    replied: Replied | None = None


class DecisionKind(StrEnum):
    ANSWER = "answer"
    ASK = "ask"
    HAND_OFF = "hand_off"
    STAY = "stay"
