"""The snapshots of `order.updated` and `item.updated`: checked plain data on one side, frozen values on the other.

In: decoded JSON. Out: `Order` and `Item`, or pydantic's `ValidationError` with every fault; and the way back.
Never: a guess; a float for money, a time without a zone or an unknown key is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from bot.core.model import Item, Order, OrderLine, OrderStatus, Receiver, Refund, SizeRow, Sku
from bot.shop.fields import (
    Centimetres,
    Facts,
    Id,
    Money,
    Name,
    OptionalId,
    OptionalText,
    Quantity,
    Stock,
    Text,
    Time,
    Weight,
)


class Snapshot(BaseModel):
    """Part of a snapshot; unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SkuData(Snapshot):
    id: Id
    name: Text
    stock: Stock
    price: Money | None = None


class SizeRowData(Snapshot):
    """One line of a size chart: closed ranges, height in cm, weight in kg."""

    size: Name
    height: tuple[Centimetres, Centimetres] | None = None
    weight: tuple[Weight, Weight] | None = None
    measures: Facts = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ranges_ascend(self) -> Self:
        for span in (self.height, self.weight):
            if span is not None and span[0] > span[1]:
                raise PydanticCustomError("range", "a range's lower end must not exceed its upper end")
        return self


class ItemData(Snapshot):
    """The data of `item.updated`."""

    id: Id
    title: Text
    price: Money
    skus: Annotated[tuple[SkuData, ...], Field(max_length=2000)]
    attributes: Facts
    size_chart: Annotated[tuple[SizeRowData, ...], Field(max_length=200)] | None = None
    ships_from: OptionalText = None
    lead_time: OptionalText = None
    on_sale: StrictBool
    updated_at: Time


class LineData(Snapshot):
    item_id: Id
    sku_id: OptionalId = None
    title: Text
    quantity: Quantity
    price: Money


class ReceiverData(Snapshot):
    name: Text
    phone: Name
    address: Text


def _some_lines(lines: tuple[LineData, ...]) -> tuple[LineData, ...]:
    """Told of only where each line is good by itself."""
    if not lines:
        raise PydanticCustomError("no_lines", "an order has at least one line")
    return lines


class OrderData(Snapshot):
    """The data of `order.updated`."""

    id: Id
    buyer_id: Id
    conversation_id: OptionalId = None
    status: OrderStatus
    amount: Money
    postage: Money
    lines: Annotated[
        tuple[LineData, ...], Field(max_length=500, json_schema_extra={"minItems": 1}), AfterValidator(_some_lines)
    ]
    receiver: ReceiverData | None = None
    carrier: OptionalText = None
    tracking_no: OptionalId = None
    refund: Refund | None = None
    memo: OptionalText = None
    flag: OptionalText = None
    created_at: Time
    paid_at: Time | None = None
    shipped_at: Time | None = None
    signed_at: Time | None = None
    moved_at: Time | None = None
    updated_at: Time


@dataclass(frozen=True, slots=True)
class Snapshots:
    """What one source holds; stored together or not at all."""

    items: tuple[Item, ...] = ()
    orders: tuple[Order, ...] = ()


def item_from(data: object) -> Item:
    """Read the data of `item.updated`."""
    read = ItemData.model_validate(data)
    return Item(
        id=read.id,
        title=read.title,
        price=read.price,
        updated_at=read.updated_at,
        skus=tuple(Sku(sku.id, sku.name, sku.stock, sku.price) for sku in read.skus),
        attributes=read.attributes,
        size_chart=tuple(SizeRow(row.size, row.height, row.weight, row.measures) for row in read.size_chart or ()),
        ships_from=read.ships_from,
        lead_time=read.lead_time,
        on_sale=read.on_sale,
    )


def order_from(data: object) -> Order:
    """Read the data of `order.updated`."""
    read = OrderData.model_validate(data)
    return Order(
        id=read.id,
        buyer_id=read.buyer_id,
        status=read.status,
        amount=read.amount,
        postage=read.postage,
        lines=tuple(_line(line) for line in read.lines),
        created_at=read.created_at,
        updated_at=read.updated_at,
        conversation_id=read.conversation_id,
        receiver=_receiver(read.receiver),
        carrier=read.carrier,
        tracking_no=read.tracking_no,
        refund=read.refund or Refund.NONE,
        memo=read.memo,
        flag=read.flag,
        paid_at=read.paid_at,
        shipped_at=read.shipped_at,
        signed_at=read.signed_at,
        moved_at=read.moved_at,
    )


def item_to(item: Item) -> dict[str, object]:
    """An item as JSON-ready data; `item_from` reads back the same item."""
    return _mapping(item)


def order_to(order: Order) -> dict[str, object]:
    """An order as JSON-ready data; `order_from` reads back the same order."""
    return _mapping(order)


def _line(line: LineData) -> OrderLine:
    return OrderLine(line.item_id, line.title, line.quantity, line.price, line.sku_id)


def _receiver(read: ReceiverData | None) -> Receiver | None:
    return Receiver(read.name, read.phone, read.address) if read else None


def _mapping(value: Item | Order | OrderLine | Receiver | SizeRow | Sku) -> dict[str, object]:
    named = {one.name: getattr(value, one.name) for one in fields(value)}
    return {name: _plain(part) for name, part in named.items() if part is not None}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, OrderLine | Receiver | SizeRow | Sku):
        return _mapping(value)
    return _scalar(value)


def _scalar(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.value if isinstance(value, StrEnum) else value
