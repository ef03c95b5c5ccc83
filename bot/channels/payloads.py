"""The data of each webhook type as checked models, and a message's data as the core's `Message`.

In: decoded JSON. Out: models for reading and for the interface description; `Message`. Never: a guess at what is
missing.
"""

import re
from datetime import datetime
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from bot.core.model import AgentState, Kind, Message, Presence, Sender
from bot.shop.fields import Time
from bot.shop.snapshots import ItemData, OrderData

TEXT_MAX, TAG_MAX = 4_000, 32
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _id(value: str) -> str:
    if not value.strip() or _CONTROL.search(value):
        raise PydanticCustomError("id", "an id without control characters is needed")
    return value


Id = Annotated[str, Field(min_length=1, max_length=128), AfterValidator(_id)]
Text = Annotated[str, Field(max_length=TEXT_MAX)]
MEDIA_URL = re.compile(r"https?://[^\s\x00-\x1f]{1,2000}")
Url = Annotated[str, Field(max_length=2_048, pattern=r"^https?://[^\s\x00-\x1f]+$")]


class Part(BaseModel):
    """A part of the body; unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BuyerData(Part):
    id: Id
    name: Annotated[str, Field(max_length=128)] | None = None


class MessageData(Part):
    """The data of `message.created`."""

    id: Id
    conversation_id: Id
    buyer: BuyerData
    sender: Sender
    kind: Kind
    text: Text | None = None
    item_id: Id | None = None
    order_id: Id | None = None
    media_url: Url | None = None
    agent_id: Id | None = None
    sent_at: Time

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> Self:
        needed = {Kind.TEXT: self.text, Kind.ITEM_CARD: self.item_id, Kind.ORDER_CARD: self.order_id}
        if needed.get(self.kind, "") is None:
            raise PydanticCustomError("kind_needs", "this kind of message needs its content")
        return self


class RecalledData(Part):
    """The data of `message.recalled`."""

    id: Id
    conversation_id: Id


class ConversationData(Part):
    """The data of `conversation.handed_back` and `conversation.closed`: people are done with it."""

    conversation_id: Id


class PresenceData(Part):
    """The data of `agent.presence`."""

    agent_id: Id
    state: AgentState


def _tag(value: str) -> str:
    if not value.strip() or _CONTROL.search(value):
        raise PydanticCustomError("tag", "a tag without control characters is needed")
    return value.strip()


class TaggedData(Part):
    """The data of `buyer.tagged`: an agent set a tag, or took it off."""

    buyer_id: Id
    tag: Annotated[str, Field(min_length=1, max_length=TAG_MAX), AfterValidator(_tag)]
    on: StrictBool
    agent_id: Id


class MessageCreated(Part):
    type: Literal["message.created"]
    timestamp: Time
    data: MessageData


class MessageRecalled(Part):
    type: Literal["message.recalled"]
    timestamp: Time
    data: RecalledData


class OrderUpdated(Part):
    type: Literal["order.updated"]
    timestamp: Time
    data: OrderData


class ItemUpdated(Part):
    type: Literal["item.updated"]
    timestamp: Time
    data: ItemData


class AgentPresence(Part):
    type: Literal["agent.presence"]
    timestamp: Time
    data: PresenceData


class HandedBack(Part):
    type: Literal["conversation.handed_back"]
    timestamp: Time
    data: ConversationData


class Closed(Part):
    type: Literal["conversation.closed"]
    timestamp: Time
    data: ConversationData


class BuyerTagged(Part):
    type: Literal["buyer.tagged"]
    timestamp: Time
    data: TaggedData


Known = (
    MessageCreated | MessageRecalled | OrderUpdated | ItemUpdated | AgentPresence | HandedBack | Closed | BuyerTagged
)
TYPES = frozenset(str(get_args(one.model_fields["type"].annotation)[0]) for one in get_args(Known))
ENVELOPE: TypeAdapter[Known] = TypeAdapter(Annotated[Known, Field(discriminator="type")])


def message_of(data: object) -> Message:
    """The data of `message.created` as the core's `Message`; raises pydantic's `ValidationError`."""
    read = MessageData.model_validate(data)
    return Message(
        id=read.id,
        conversation_id=read.conversation_id,
        buyer_id=read.buyer.id,
        sender=read.sender,
        kind=read.kind,
        sent_at=read.sent_at,
        text=read.text or "",
        buyer_name=read.buyer.name,
        item_id=read.item_id,
        order_id=read.order_id,
        media_url=read.media_url,
        agent_id=read.agent_id if read.sender is Sender.SELLER else None,
    )


def presence_of(data: object, at: datetime) -> Presence:
    """The data of `agent.presence` as the core's `Presence`, since the event came in."""
    read = PresenceData.model_validate(data)
    return Presence(read.agent_id, read.state, at)


def tagging_of(data: object) -> TaggedData:
    """The data of `buyer.tagged`; raises pydantic's `ValidationError`."""
    return TaggedData.model_validate(data)


def storable(text: str) -> bool:
    """Whether every store can keep this text: no NUL, no half of a surrogate pair."""
    return _UNSTORABLE.search(text) is None
