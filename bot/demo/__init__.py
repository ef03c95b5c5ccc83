"""The demo shop's own data, invented, as if it had been mirrored a moment ago.

In: the moment of loading. Out: `Snapshots` of items and orders. Never: a real shop, buyer or parcel.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from bot.shop.snapshots import Snapshots, item_from, order_from

_HERE = Path(__file__).parent
_OFFSET = re.compile(r"-(?:(?P<days>\d+)d)?(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?")


def load_demo(now: datetime) -> Snapshots:
    """The demo shop as it stands at `now`; the files tell times as offsets such as `-2d3h`."""
    items = tuple(item_from(data) for data in _dated("catalogue.json", "items", now))
    orders = tuple(order_from(data) for data in _dated("orders.json", "orders", now))
    return Snapshots(items, orders)


def _dated(file: str, part: str, now: datetime) -> list[dict[str, object]]:
    told = json.loads((_HERE / file).read_text("utf-8"))
    return [_at(one, now) for one in told[part]]


def _at(data: Mapping[str, object], now: datetime) -> dict[str, object]:
    return {name: _moment(str(value), now) if name.endswith("_at") else value for name, value in data.items()}


def _moment(offset: str, now: datetime) -> str:
    found = _OFFSET.fullmatch(offset)
    if found is None:
        raise ValueError(offset)
    parts = {unit: int(count) for unit, count in found.groupdict(default="0").items()}
    return (now + timedelta(**{unit: -count for unit, count in parts.items()})).isoformat()
