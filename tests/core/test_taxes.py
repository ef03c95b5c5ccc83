"""Taxpayers' numbers: the check sign of GB 32100-2015, and older numbers by their shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.reading.taxes import SIGNS, check_sign, is_credit_code, is_tax_no, read_tax_no, written_numbers

FIRST_17 = st.text(SIGNS, min_size=17, max_size=17).filter(lambda code: any(map(str.isdigit, code)))


@given(FIRST_17)
def test_a_code_with_its_check_sign_is_read_wherever_it_stands(first: str) -> None:
    code = first + check_sign(first)
    assert is_credit_code(code)
    assert read_tax_no(f"税号是{code.lower()}，谢谢") == code
    assert read_tax_no(code) == code


@given(FIRST_17, st.integers(0, 17), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_always_found(first: str, place: int, sign: str) -> None:
    """A weight has no factor in common with 31, so that no change of one sign goes unseen."""
    code = first + check_sign(first)
    wrong = code[:place] + sign + code[place + 1 :]
    assert is_credit_code(wrong) == (wrong == code)


@given(FIRST_17, st.integers(0, 15))
def test_two_neighbours_exchanged_are_always_found(first: str, place: int) -> None:
    code = first + check_sign(first)
    turned = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_credit_code(turned) == (turned == code)


@given(st.text(max_size=60))
def test_whatever_is_read_is_a_number_that_holds(text: str) -> None:
    found = read_tax_no(text)
    assert found is None or is_tax_no(found)


def test_the_code_printed_in_the_standard_holds() -> None:
    """GB 32100-2015, example of its annex."""
    assert is_credit_code("91350100M000100Y43")


@pytest.mark.parametrize("sign", list("IOSVZ"))
def test_signs_that_no_code_has_are_refused(sign: str) -> None:
    assert not is_credit_code(f"{sign}1350100M000100Y43")


@pytest.mark.parametrize(
    ("number", "holds"),
    [
        ("330106123456789", True),
        ("33010612345678X", True),
        ("33010619800101123401", True),
        ("33010619800101123X01", True),
        ("33010612345678912", True),
        ("3301061234567", False),
        ("A30106123456789", False),
        ("33010619800101123456789", False),
    ],
)
def test_older_numbers_are_known_by_their_shape(number: str, holds: bool) -> None:
    assert is_tax_no(number) is holds


def test_blanks_and_dashes_within_are_left_out() -> None:
    assert written_numbers("９１３５０１００ M000100Y43") == ("91350100M000100Y43",)
    assert written_numbers("91350100-M000100Y-43") == ("91350100M000100Y43",)


def test_an_older_number_counts_unasked_only_where_it_is_called_one() -> None:
    assert read_tax_no("330106123456789") is None
    assert read_tax_no("纳税人识别号330106123456789") == "330106123456789"


def test_a_mail_address_is_no_number() -> None:
    assert written_numbers("a12345678901234@example.com") == ()
