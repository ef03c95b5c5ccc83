"""Whatever an operator types into a wording, the check ends in faults or in a text that can be spoken."""

from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from bot.content import templates

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
    except UndefinedError:
        assert templates.needs(text) - {"shop.name", "shop.carriers"}
    else:
        assert "<built-in" not in spoken


def test_what_a_text_needs_is_enough_to_speak_it() -> None:
    text = "亲，{% if shop.member %}{{ shop.member }}{% endif %}发{{ shop.carriers }}"
    assert templates.compiled(text)(VIEW) == "亲，发中通"
    assert templates.needs(text) == {"shop.carriers"}
