"""A parsed document becomes a typed value; every fault is told with its line and remedy.

In: a `Doc` and a pydantic model. Out: the model's value. Never: an unknown key passed over.
"""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError, create_model
from pydantic_core import ErrorDetails
from rapidfuzz import process

from bot.content.strictyaml import Doc, Loc
from bot.content.unknown import UNKNOWN, Unjudged
from bot.errors import ContentError, Fault
from bot.words import catalogue, say

M = TypeVar("M", bound=BaseModel)


def typed(doc: Doc, model: type[M]) -> M:
    """Validate; `ContentError` with all faults of the document."""
    value, faults = typed_partly(doc, model)
    if value is None or faults:
        raise ContentError(faults)
    return value


def typed_partly(doc: Doc, model: type[M]) -> tuple[M | None, tuple[Fault, ...]]:
    """The value with `UNKNOWN` at each of the document's own keys that holds a fault, None where nothing is sure; and
    all faults."""
    try:
        value = model.model_validate(doc.value)
    except ValidationError as error:
        details = error.errors(include_url=False)
        faults = tuple(_fault(doc, detail, model) for detail in details if not _follows(detail, details))
        return _without(doc, model, doc.doubts | _doubtful(details, model)), faults
    return (_without(doc, model, doc.doubts) if doc.doubts else value), ()


def intended(key: str, model: type[BaseModel]) -> str:
    """The key of a model that a wrong one most likely stands for."""
    return nearest(key, sorted(_fields(model)))


def _fields(model: type[BaseModel]) -> dict[str, str]:
    """Key as written -> name of the field."""
    return {field.alias or name: name for name, field in model.model_fields.items()}


def _doubtful(details: Sequence[ErrorDetails], model: type[BaseModel]) -> frozenset[str]:
    """The keys in which something is wrong, and those that stand there under a wrong name; "" for the whole."""
    keys = {str(detail["loc"][0]) if detail["loc"] else "" for detail in details}
    return frozenset(key if key in _fields(model) or not key else intended(key, model) for key in keys)


def _without(doc: Doc, model: type[M], doubts: frozenset[str]) -> M | None:
    known = _fields(model)
    if "" in doubts or not isinstance(doc.value, dict):
        return None
    unknown: dict[str, Any] = {
        known[key]: (Any, Field(default_factory=lambda: UNKNOWN)) for key in doubts if key in known
    }
    kept = {key: value for key, value in doc.value.items() if key in known and key not in doubts}
    try:
        return create_model(model.__name__, __base__=model, **unknown).model_validate(kept)
    except (ValidationError, Unjudged):
        return None


def nearest(name: str, known: Sequence[str]) -> str:
    """The known name most like a wrong one, for the remedy."""
    found = process.extractOne(name, known)
    return str(found[0]) if known else ""


def _follows(detail: ErrorDetails, others: Sequence[ErrorDetails]) -> bool:
    """A list is also called too short when what it holds is wrong; the part is the fault, not the length."""
    place = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in others
    )


def _fault(doc: Doc, detail: ErrorDetails, model: type[BaseModel]) -> Fault:
    loc = _in_document(doc, detail["loc"])
    line, key = doc.line(loc), _dotted(loc)
    if detail["type"] == "missing":
        return Fault(doc.path, line, "missing_key", {"key": _dotted((*loc, detail["loc"][-1]))})
    if detail["type"] == "extra_forbidden":
        known = sorted(_keys_at(model, detail["loc"][:-1]))
        return Fault(doc.path, line, "unknown_key", {"key": key, "nearest": nearest(str(detail["loc"][-1]), known)})
    params: dict[str, object] = {
        "key": key or say("kinds.file"),
        "value": _short(detail["input"]),
        "wanted": _wanted(detail),
    }
    return Fault(doc.path, line, "bad_value", params)


def _dotted(loc: Loc) -> str:
    return ".".join(str(part) for part in loc)


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
    """What the value must look like, in the operator's words: our own kinds by name, pydantic's by its type."""
    given = detail.get("ctx", {})
    if "expected" in given:
        return say("kinds.one_of", choices="、".join(re.findall(r"'([^']*)'", str(given["expected"]))))
    names = (str(given.get("error")), detail["type"], detail["type"].partition("_")[0])
    known = [name for name in names if f"kinds.{name}" in catalogue()]
    return say(f"kinds.{known[0] if known else 'other'}", **given)


def _short(value: object) -> str:
    return str(value)[:40]
