"""Why a raw snapshot is refused, as faults an operator can mend.

In: a raw snapshot and pydantic's error. Out: one fault for each entry, with line, field and remedy.
Never: pydantic's English shown to anyone.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.core.model import OrderStatus, Refund
from bot.errors import Fault
from bot.shop.raw import Kind, Loc, Raw, nearest
from bot.shop.snapshots import ItemData, LineData, OrderData, ReceiverData, SizeRowData, SkuData

_SHOWN = 40
_CODES = {
    "missing": "import_field_missing",
    "extra_forbidden": "import_field_unknown",
    "money": "import_money",
    "weight": "import_weight",
    "range": "import_range",
    "time": "import_time",
    "text": "import_text",
    "enum": "import_choice",
    "dict_type": "import_attributes",
    "no_lines": "import_no_lines",
}
_FAMILIES = {
    "string": "import_text",
    "int": "import_number",
    "greater": "import_number",
    "less": "import_number",
    "bool": "import_yes_no",
    "datetime": "import_time",
    "timezone": "import_time",
}
_MODELS: Mapping[Kind, tuple[type[BaseModel], ...]] = {
    "items": (ItemData, SkuData, SizeRowData),
    "orders": (OrderData, LineData, ReceiverData),
}


def refusals(path: str, raw: Raw, error: ValidationError) -> Iterator[Fault]:
    """One fault for each thing wrong."""
    for detail in error.errors(include_url=False, include_context=False):
        loc = detail["loc"]
        yield Fault(path, raw.line(loc), _code(detail["type"]), _params(raw, detail))


def _code(kind: str) -> str:
    return _CODES.get(kind) or _FAMILIES.get(kind.partition("_")[0], "import_shape")


def _params(raw: Raw, detail: ErrorDetails) -> dict[str, object]:
    loc = detail["loc"]
    params: dict[str, object] = {"field": raw.name(loc)}
    if detail["type"] == "extra_forbidden":
        params["near"] = nearest(str(loc[-1]), _known(raw.kind, loc))
    elif detail["type"] == "enum":
        params["known"] = "、".join(Refund if loc[-1] == "refund" else OrderStatus)
    if detail["type"] != "missing":
        params["value"] = str(cast("object", detail["input"]))[:_SHOWN]
    return params


def _known(kind: Kind, loc: Loc) -> set[str]:
    whole, *inner = _MODELS[kind]
    models = [whole] if len(loc) == 1 else inner
    return {name for model in models for name in model.model_fields}
