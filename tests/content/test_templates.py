"""Whatever an operator types into a wording, the check ends in faults or in a text that can be spoken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.content import templates
from bot.content.files import REPLIES, read_files
from bot.content.pieces import MissingFieldError
from bot.content.replies import read_reply
from bot.content.templates import compiled, named
from bot.core.book import View
from bot.core.view import FIELDS
from tests.content.desk import REPOSITORY

PIECES = st.sampled_from(
    (
        *(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            " if ",
            " endif ",
            " else ",
            " not ",
            " for ",
            " in ",
            " set ",
            "=",
            "==",
        ),
        *("shop", ".", "name", "carriers", "(", ")", "[", "]", "|", "~", "*", "1", "'", ",", ":", "亲", "\n", " ", "-"),
    )
)
WRITTEN = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=40)
VIEW = {"shop": {"name": "小店", "carriers": "中通"}}


@given(WRITTEN)
def test_a_wording_is_right_or_has_faults_and_nothing_else(text: str) -> None:
    faults = templates.faults(text, "p", 1)
    assert all(fault.line >= 1 and fault.what for fault in faults)


@given(WRITTEN | st.lists(PIECES, max_size=3).map(lambda inside: f"{{{{ shop.name {''.join(inside)} }}}}"))
def test_what_passes_the_check_speaks_or_says_what_it_lacks(text: str) -> None:
    if templates.faults(text, "p", 1):
        return
    try:
        spoken = templates.compiled(text)(VIEW)
    except MissingFieldError:
        assert templates.needs(text) - {"shop.name", "shop.carriers"}
    else:
        assert "<built-in" not in spoken


def test_what_a_text_needs_is_enough_to_speak_it() -> None:
    text = "亲，{% if shop.member %}{{ shop.member }}{% endif %}发{{ shop.carriers }}"
    assert templates.compiled(text)(VIEW) == "亲，发中通"
    assert templates.needs(text) == {"shop.carriers"}


def test_texts_that_are_joined_read_as_the_engine_writes_them() -> None:
    """Every shipped text, and what may surprise: ends of lines, signs of the engine within a value."""
    engine = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    files = read_files(REPOSITORY / "replies", None)
    topics = [read_reply(files, path).topic for path in files.below(REPLIES)]
    shipped = {one.text for topic in topics for variant in topic.variants.values() for one in variant.wordings}
    odd = {"{{ order.id }}", "亲\n{{ order.id }}\n", "\n{{order.id}}{{ shop.name }}", "a {{ order.id }} b\r\nc\n\n"}
    view = {group: {name: f"<{name}> {{{{ 7*7 }}}} %\n" for name in names} for group, names in FIELDS.items()}
    view["flow"] = {name: name for text in shipped for name in named(text, "flow")}
    for text in shipped | odd:
        assert compiled(text)(view) == engine.from_string(text).render(view), text


def test_a_joined_text_fails_where_a_field_is_missing() -> None:
    views: list[View] = [{}, {"order": {}}]
    for view in views:
        with pytest.raises(MissingFieldError, match=r"order\.id"):
            compiled("亲，{{ order.id }}")(view)


@pytest.mark.parametrize(
    "text",
    ["{{ not shop.name }}", "{{ not not shop.name }}", "{% if not not shop.name %}亲{% endif %}", "{{not a}}"],
)
def test_a_denial_is_never_said(text: str) -> None:
    assert "template_forbidden" in {fault.code for fault in templates.faults(text, "p", 1)}


@pytest.mark.parametrize("said", ["亲", "好"])
def test_a_denial_is_asked(said: str) -> None:
    text = "{% if not shop.name %}亲{% else %}好{% endif %}"
    assert templates.faults(text, "p", 1) == []
    assert compiled(text)({"shop": {"name": "小店"} if said == "好" else {}}) == said
