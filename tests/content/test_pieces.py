"""A text that is read in pieces says what the template engine says, and nothing is taken for one that is not."""

from collections.abc import Sequence
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import ChainableUndefined, StrictUndefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.content import engine, pieces
from bot.core.book import Render, View

_NAMES = ("shop.name", "shop.carriers", "order.id", "flow.if")
_WORDS = st.sampled_from(("亲", "\n", " ", "#", "%", "'", "-", "a.b", "\r", "}", "{", "｛", "{#", "{%", "}}"))
_FIELDS = st.sampled_from((*(f"{{{{ {name} }}}}" for name in _NAMES), "{{shop.name}}", "{{  order.id  }}"))
_TAGS = st.sampled_from(
    (
        *(f"{{% if {name} %}}" for name in _NAMES),
        *("{%if order.id%}", "{% if not order.id %}", "{% else %}", "{%endif%}", "{% endif %}", "{%- endif %}"),
        *("{{ order.nothing }}", "{{ not.order }}", "{{ order }}", "{{ order.id | upper }}", "{{ order.id.id }}"),
    )
)
_SAID = st.lists(st.one_of(_FIELDS, _WORDS), max_size=4).map("".join)
_BRANCHED = st.tuples(_SAID, st.sampled_from(_NAMES), _SAID, st.sampled_from(("", "{% else %}")), _SAID, _SAID).map(
    lambda parts: "{}{{% if {} %}}{}{}{}{{% endif %}}{}".format(*parts)
)
_TEXTS = st.one_of(_SAID, _BRANCHED, st.lists(st.one_of(_FIELDS, _TAGS, _WORDS), max_size=6).map("".join))
_VIEWS = st.sets(st.sampled_from(_NAMES)).map(lambda known: _view(sorted(known)))


def _view(known: Sequence[str]) -> View:
    view: dict[str, dict[str, str]] = {}
    for group, _, name in (field.partition(".") for field in known):
        view.setdefault(group, {})[name] = f"<{name}> {{{{ 7*7 }}}}\n"
    return view


class _Asked(ChainableUndefined):
    __str__ = StrictUndefined.__str__


_ENGINE = ImmutableSandboxedEnvironment(undefined=_Asked)


@given(_TEXTS, _VIEWS)
@example("{{ order.id }}{% if order.id %}{{ order.id }}{{ flow.if }}{% else %}{{ shop.name }}{% endif %}\n亲", {})
def test_a_text_in_pieces_says_what_the_engine_says(text: str, view: View) -> None:
    found = pieces.read(text)
    if found is None:
        return
    try:
        spoken = _ENGINE.from_string(text).render(view)
    except UndefinedError:
        with pytest.raises(pieces.MissingFieldError):
            pieces.filled(found, view)
    else:
        assert pieces.filled(found, view) == spoken


@given(_TEXTS, _VIEWS)
def test_what_a_text_in_pieces_needs_is_enough_to_say_it(text: str, view: View) -> None:
    found = pieces.read(text)
    if found is not None and all(name in view.get(group, {}) for group, name in pieces.needed(found)):
        assert "{{ order" not in pieces.filled(found, view)


@pytest.mark.parametrize(
    "text",
    [
        "亲\n", "亲}", "亲｛", "亲\r", "{{ order.nothing }}", "{{ order }}", "{{ order.id | upper }}", "{# 亲 #}",
        "{% if not order.id %}亲{% endif %}", "{% if order.id %}亲", "亲{% endif %}", "{{ not.order }}",
        "{% if order.id %}{% if order.id %}亲{% endif %}{% endif %}", "{{- order.id }}", "{{ order.id }",
        "{% if order.id %}亲{% endif %}{% if order.id %}亲{% endif %}",
    ],
)  # fmt: skip
def test_a_text_of_another_shape_is_left_to_the_engine(text: str) -> None:
    assert pieces.read(text) is None


def test_a_text_of_the_usual_shape_is_not() -> None:
    text = "亲，{{ shop.name }}{% if order.id %}{{ order.id }}{{flow.any}}{% else %}好{{ shop.name }}{% endif %}\n完"
    found = pieces.read(text)
    assert found is not None
    assert {*pieces.named(found)} == {("shop", "name"), ("order", "id"), ("flow", "any")}
    assert {*pieces.needed(found)} == {("shop", "name"), ("flow", "any")}


@pytest.mark.parametrize("name", [name for name in dir(dict) if name[0] != "_"])
@pytest.mark.parametrize(
    "text", ["{{{{ flow.{} }}}}", "{{% if flow.{0} %}}有{{{{ flow.{0} }}}}{{% else %}}没有{{% endif %}}"]
)
def test_a_slot_may_have_the_name_of_what_a_mapping_can_do(text: str, name: str) -> None:
    """To the template engine a field of this name is a method."""
    written = text.format(name)
    found, view = pieces.read(written), {"flow": {name: "两件"}}
    assert found is not None
    assert engine.compiled(written)(view) == pieces.filled(found, view)
    assert "两件" in pieces.filled(found, view)
    assert _said_or_lacking(engine.compiled(written), {"flow": {}}) == _said_or_lacking(
        partial(pieces.filled, found), {"flow": {}}
    )


def _said_or_lacking(said: Render, view: View) -> str | None:
    try:
        return said(view)
    except pieces.MissingFieldError:
        return None
