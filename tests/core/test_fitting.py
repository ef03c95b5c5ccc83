"""Whether what was said may have come from a wording."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.templates import compiled
from bot.core.fitting import fits

CARRIER = "亲，店里发{{ shop.carriers }}{% if shop.extra %}，也可以选{{ shop.extra }}{% endif %}哦~"


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        ("亲，好的。", "亲，好的。"),
        (CARRIER, "亲，店里发中通、圆通哦~"),
        (CARRIER, "亲，店里发中通，也可以选顺丰（补12元）哦~"),
        ("价 {{ item.price }} 元(*)", "价 129.00 元(*)"),
        ("{% if not a.b %}没有{% else %}有{% endif %}。", "有。"),
        ("{%- if a.b -%}有{%- endif -%}", ""),
        ("{{ a.b }}", "两行\n也行"),
        ("\n亲\n", "亲"),
    ],
)
def test_fields_may_hold_anything_and_an_if_may_be_missing(wording: str, said: str) -> None:
    assert fits(wording, said) is bool(said)


@pytest.mark.parametrize("said", ["亲，店里发中通", "店里发中通哦~", "亲，店里发中通哦~~", "", "亲，本店发中通哦~"])
def test_what_stands_between_fields_may_not_differ(said: str) -> None:
    assert not fits(CARRIER, said)


@pytest.mark.parametrize(
    "wording", ["{% if a.b %}开", "关{% endif %}", "{% else %}", "{{", "{% %}", "{% if a %}{% if b %}"]
)
def test_a_wording_that_no_check_would_pass_breaks_nothing(wording: str) -> None:
    assert fits(wording, "别的") in {True, False}


TEXT = st.text("亲发快递~.*(){} \n", max_size=6)


@given(st.lists(st.tuples(TEXT.filter(lambda text: "{" not in text and "}" not in text), TEXT), max_size=4), TEXT)
def test_a_wording_filled_in_fits_itself(pieces: list[tuple[str, str]], extra: str) -> None:
    wording = "头" + "".join(f"{between}{{{{ a.f{n} }}}}" for n, (between, _) in enumerate(pieces))
    wording += "{% if a.x %}，{{ a.x }}{% endif %}尾"
    view = {"a": {f"f{n}": value for n, (_, value) in enumerate(pieces)} | ({"x": extra} if extra else {})}
    assert fits(wording, compiled(wording)(view).strip())
