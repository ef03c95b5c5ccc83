"""A parsed document becomes a typed value; every fault is told with its line and remedy.

In: a `Doc` and a pydantic model. Out: the model's value. Never: an unknown key passed over.
"""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import process

from bot.content.strictyaml import Doc, Loc
from bot.errors import ContentError, Fault
from bot.words import catalogue, say

M = TypeVar("M", bound=BaseModel)


def typed(doc: Doc, model: type[M]) -> M:
    """Validate; `ContentError` with all faults of the document."""
    try:
        return model.model_validate(doc.value)
    except ValidationError as error:
        faults = tuple(_fault(doc, detail, model) for detail in error.errors(include_url=False))
        raise ContentError(faults) from error


def nearest(name: str, known: Sequence[str]) -> str:
    """The known name most like a wrong one, for the remedy."""
    found = process.extractOne(name, known)
    return str(found[0]) if known else ""


def _fault(doc: Doc, detail: ErrorDetails, model: type[BaseModel]) -> Fault:
    loc = _in_document(doc, detail["loc"])
    line, key = doc.line(loc), ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "missing":
        return Fault(doc.path, line, "missing_key", {"key": key})
    if detail["type"] == "extra_forbidden":
        known = sorted(_keys_at(model, detail["loc"][:-1]))
        return Fault(doc.path, line, "unknown_key", {"key": key, "nearest": nearest(str(detail["loc"][-1]), known)})
    return Fault(doc.path, line, "bad_value", {"key": key, "value": _short(detail["input"]), "wanted": _wanted(detail)})


def _in_document(doc: Doc, loc: Sequence[str | int]) -> Loc:
    """Pydantic puts names of union members into places; keep only the parts that the document has."""
    place: Loc = ()
    for part in loc:
        if (*place, part) in doc.lines:
            place = (*place, part)
    return place


def _keys_at(model: type[BaseModel], loc: Sequence[str | int]) -> set[str]:
    """All keys that the models of this file know; good enough to name the nearest."""
    schema = model.model_json_schema()
    objects = [schema, *schema.get("$defs", {}).values()]
    return {name for entry in objects for name in entry.get("properties", {})} - {str(part) for part in loc}


def _wanted(detail: ErrorDetails) -> str:
    """What the value must look like: our own kinds by name, pydantic's by its type."""
    reason = str(detail.get("ctx", {}).get("error", detail["type"]))
    if f"kinds.{reason}" in catalogue():
        return say(f"kinds.{reason}")
    expected = detail.get("ctx", {}).get("expected")
    return say("kinds.one_of", choices=expected) if expected else say("kinds.other", type=detail["type"])


def _short(value: object) -> str:
    return str(value)[:40]
