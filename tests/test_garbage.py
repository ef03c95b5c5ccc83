"""The search for garbage is left out for a while, and not for good."""

import gc

import pytest

from bot.garbage import ungathered


def test_it_is_back_on_afterwards_even_where_the_work_fails() -> None:
    with pytest.raises(ValueError, match="work"), ungathered():
        _fail()
    assert gc.isenabled()


def _fail() -> None:
    assert not gc.isenabled()
    raise ValueError("work")


def test_who_left_it_out_before_still_does() -> None:
    with ungathered():
        with ungathered():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
