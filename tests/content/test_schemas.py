"""Schemas: right by their own law, content with every shipped file, and no blinder than an editor needs."""

import re
from collections.abc import Iterator

import jsonschema_rs
import pytest
import yaml

from bot.content.folder import reply_paths
from bot.content.schemas import NAMES, REPLY, schema_of
from bot.content.strictyaml import parse

from .desk import REPOSITORY


class _Core(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it."""


_Core.yaml_implicit_resolvers = {}

for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


def _shipped(name: str) -> Iterator[str]:
    if name != REPLY:
        yield (REPOSITORY / "rules" / f"{name}.yaml").read_text("utf-8")
        return
    for path in reply_paths(REPOSITORY / "replies"):
        yield path.read_text("utf-8").removeprefix("---\n").partition("\n---\n")[0]


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_right_and_accepts_every_shipped_file(name: str) -> None:
    schema = schema_of(name)
    jsonschema_rs.meta.validate(schema)
    judge = jsonschema_rs.validator_for(schema)
    for text in _shipped(name):
        as_we_read, as_editors_read = parse(text, name).value, _Core(text).get_single_data()
        assert [error.message for seen in (as_we_read, as_editors_read) for error in judge.iter_errors(seen)] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("shop", "nmae: x\nchecks: [{}]\n"),
        ("shifts", "shifts: []\nchecks: []\n"),
        ("promotions", "promotions: [{name: a, from: morgen, until: 2026-11-11 00:00, says: b}]\nchecks: [{}]\n"),
        ("reception", "mode: sometimes\n"),
        ("reply", "title: x\nthen: stay\n"),
        ("reply", "title: x\nvalid: {from: 2026-11-11 00:00, then: hand_off}\n"),
    ],
)
def test_what_is_wrong_is_marked(name: str, text: str) -> None:
    assert not jsonschema_rs.validator_for(schema_of(name)).is_valid(_Core(text).get_single_data())


def test_a_default_is_shown_as_it_would_be_written() -> None:
    dispatch = schema_of("routing")["$defs"]["Dispatch"]["properties"]
    assert (dispatch["rest"]["default"], dispatch["answer_within"]["default"]) == ("5m", "90s")
