"""JSON Schemas (draft 2020-12) of the operators' files, so that an editor completes keys and marks what is wrong.

In: a file's name. Out: its schema, as an editor sees the file. Never: a stricter judge than `yeban check`, which also
knows what a schema can't say.

Our YAML is text until a key is typed; an editor's reader makes numbers of figures and truths of `true`. So figures and
truths may be written either way, and a list of words may be a single word.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, TypeAdapter

from bot.content.head import FrontMatter
from bot.content.rules import MODELS
from bot.core.book import HAND_OFF
from bot.words import say

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
REPLY = "reply"
NAMES = (*MODELS, REPLY)
_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_KINDS = {r"^\d{1,6}[smhd]$": "duration", r"^\+?([01]\d|2[0-4]):[0-5]\d$": "clock"}
_MONEY = r"^\d{1,9}(\.\d{1,2})?$"
_MOMENT = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?$"
#: Keywords that hold a schema, schemas by name, and a list of schemas.
_ONE, _NAMED, _SEVERAL = ("items", "additionalProperties"), ("properties", "$defs"), ("anyOf", "allOf", "prefixItems")
#: What an editor would show in a language or notation that is not the operator's.
_DROPPED = frozenset({"title", "description", "default"})


def schema_of(name: str) -> Schema:
    """The schema of a rules file, or of the head of a reply file (`reply`). `KeyError` for another name."""
    model: type[BaseModel] = FrontMatter if name == REPLY else MODELS[name]
    schema = _seen(model.model_json_schema())
    told = {"$schema": DIALECT, "title": say(f"schema.files.{name}")}
    return {**told, **(_head(schema) if name == REPLY else _proven(schema))}


def _proven(schema: Schema) -> Schema:
    """A rules file without checks is not obeyed."""
    checks = {**schema["properties"]["checks"], "minItems": 1}
    required = sorted({*schema.get("required", ()), "checks"})
    return {**schema, "properties": {**schema["properties"], "checks": checks}, "required": required}


def _head(schema: Schema) -> Schema:
    """A text for `then` stands for all variants; each key says what it is for."""
    keys = dict(schema["properties"])
    keys["then"] = {"anyOf": [{"const": HAND_OFF}, {"type": "object", "additionalProperties": {"const": HAND_OFF}}]}
    told = {key: {**part, "description": say(f"schema.reply.{key}")} for key, part in keys.items()}
    return {**schema, "properties": told}


def _seen(schema: Schema) -> Schema:
    """A schema of text as one of what an editor's YAML reader makes of it."""
    below = dict(_below(schema))
    plain = {key: below.get(key, value) for key, value in schema.items() if key not in _DROPPED}
    default = _default(schema["default"]) if "default" in schema else {}
    kind = _BY_TYPE.get(str(plain.get("type")), _as_is)
    return {**kind(plain), **default}


def _below(schema: Schema) -> Iterator[tuple[str, object]]:
    for key in _ONE:
        if isinstance(schema.get(key), dict):
            yield key, _seen(schema[key])
    for key in _NAMED:
        if key in schema:
            yield key, {name: _seen(part) for name, part in schema[key].items()}
    for key in _SEVERAL:
        if key in schema:
            yield key, [_seen(part) for part in schema[key]]


def _as_is(schema: Schema) -> Schema:
    return schema


def _string(schema: Schema) -> Schema:
    if schema.get("format") == "date-time":
        return {"type": "string", "pattern": _MOMENT, "description": say("kinds.datetime")}
    if schema.get("format") == "date":
        return {**schema, "pattern": _MOMENT[: _MOMENT.index("[ T]")] + "$", "description": say("kinds.date")}
    if pattern := schema.get("pattern"):
        kind = "money" if pattern == _MONEY else _KINDS.get(pattern)
        told = {"description": say(f"kinds.{kind}")} if kind else {}
        return {**schema, **told, "type": ["string", "number"] if kind == "money" else "string"}
    return schema if "enum" in schema or "const" in schema else {**schema, **_TEXT}


def _integer(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "string", "pattern": r"^[+-]?\d+$"}], "description": say("kinds.int")}


def _number(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "string", "pattern": r"^[+-]?\d+(\.\d+)?$"}]}


def _boolean(_: Schema) -> Schema:
    return {"enum": [True, False, "true", "false", "on", "off", "yes", "no"], "description": say("kinds.bool")}


def _array(schema: Schema) -> Schema:
    """Of words, one may stand alone."""
    return {"anyOf": [schema, _TEXT]} if schema.get("items") == _TEXT else schema


_BY_TYPE: Mapping[str, Callable[[Schema], Schema]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "array": _array,
}


def _default(value: object) -> Schema:
    """What holds where nothing is written, as it would be written; of whole tables nothing is said."""
    if isinstance(value, str) and value.startswith(("P", "-P")):
        return {"default": _duration(TypeAdapter(timedelta).validate_python(value))}
    return {"default": value} if isinstance(value, (str, int, bool)) else {}


def _duration(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    unit = next(unit for unit, size in _UNITS.items() if seconds % size == 0)
    return f"{seconds // _UNITS[unit]}{unit}" if seconds else "0m"
