"""A parsed document becomes a typed value; every fault is told with its line and remedy.

In: a `Doc` and a pydantic model. Out: the model's value. Never: an unknown key passed over.
"""

import re
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
        details = error.errors(include_url=False)
        faults = tuple(_fault(doc, detail, model) for detail in details if not _follows(detail, details))
        raise ContentError(faults) from error


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
