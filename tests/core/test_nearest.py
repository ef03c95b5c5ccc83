"""The index finds what looking at every line would find."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rapidfuzz import fuzz

from bot.core.features import grams
from bot.core.nearest import COMPARED, Nearest


def find(texts: list[str], query: str) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    return Nearest(texts).find(query, grams(query))


WORDS = st.text("发货快递退款有吗什么时候到票码", min_size=1, max_size=12)


def test_a_written_line_is_found_and_wholly_like_itself() -> None:
    lines, likeness = find(["什么时候发货", "有货吗", "发什么快递"], "有货吗")
    assert lines[int(np.argmax(likeness))] == 1
    assert float(likeness.max()) == pytest.approx(1, abs=1e-5)


def test_no_line_shares_anything() -> None:
    lines, likeness = find(["有货吗"], "xyz")
    assert (len(lines), len(likeness)) == (0, 0)
    assert len(find([], "有货吗")[0]) == 0


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=COMPARED, unique=True), WORDS)
def test_among_few_lines_none_that_shares_a_letter_is_missed(texts: list[str], query: str) -> None:
    lines, likeness = find(texts, query)
    assert lines.tolist() == sorted(lines.tolist())
    assert {number for number, text in enumerate(texts) if set(text) & set(query)} <= set(lines.tolist())
    ratios = np.array([fuzz.ratio(query, texts[line]) / 100 for line in lines])
    assert (likeness >= ratios / 2 - 1e-5).all()
    assert (likeness <= 1 + 1e-5).all()


def test_a_crowd_of_common_lines_does_not_hide_the_telling_one() -> None:
    crowd = [f"什么时候发{chr(0x4E00 + number)}" for number in range(3_000)]
    lines, likeness = find([*crowd, "什么时候开票"], "啥时候开票")
    assert lines[int(np.argmax(likeness))] == len(crowd)
