"""The figures of `yeban eval`, reckoned by hand."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.cli.scoring import Labelled, Score, score

from .terminal import inside


def _line(text: str, *right: str, clear: bool = True) -> Labelled:
    return Labelled(text, frozenset(right), in_scope=bool(right), clear=clear, natural=True)


def _scored(claims: Sequence[str], line: Labelled) -> Score:
    return score(lambda _: claims, [line])


@pytest.mark.parametrize(
    ("claims", "right"),
    [
        (["a"], True),
        (["b"], True),
        (["c"], False),
        (["a", "c"], True),
        (["c", "a"], False),
        (["a", "b", "c"], True),
        (["a", "c", "d"], False),
        (["a", "b"], True),
    ],
)
def test_the_first_claim_must_be_right_and_one_further_may_be_wrong(claims: list[str], right: bool) -> None:
    assert _scored(claims, _line("x", "a", "b")) == Score(1, 1, 1, int(right), 0, 0)


def test_no_claim_is_neither_right_nor_wrong() -> None:
    assert _scored([], _line("x", "a")) == Score(1, 1, 0, 0, 0, 0)


def test_a_claim_on_a_clear_line_out_of_scope_is_a_false_answer() -> None:
    assert _scored(["a"], _line("x")) == Score(1, 0, 1, 0, 1, 1)


def test_a_borderline_line_is_no_false_answer_but_spoils_precision() -> None:
    assert _scored(["a"], _line("x", clear=False)) == Score(1, 0, 1, 0, 0, 0)


def test_figures_derive_from_counts() -> None:
    assert Score(10, 8, 6, 4, 1, 2).figures() == {
        "messages": 10, "in_scope": 8, "claimed": 6, "right": 4,
        "coverage": 0.5, "precision": 0.6667, "false_answers": 0.5,
    }  # fmt: skip


def test_a_share_of_nothing_is_no_number() -> None:
    figures = Score(0, 0, 0, 0, 0, 0).figures()
    assert (figures["coverage"], figures["precision"], figures["false_answers"]) == (None, None, None)


#: Exact asks are claimed for certain; letters that no ask has are not.
FILE = [
    ("发什么快递", "carrier", ["carrier"], [], "random", False),
    ("可以开发票吗", "price", ["price"], ["invoice_request"], "all_ecd", False),
    ("什么快递", "price", ["price"], [], "random", False),
    ("qqqq wwww", "price", ["price"], [], "random", False),
    ("哪个快递公司", "oos", ["oos"], [], "random", False),
    ("用什么快递", "oos", ["oos"], [], "random", True),
    ("zzzz xxxx", "oos", ["oos"], [], "targeted", False),
]
NAMES = ("text", "intent", "intents", "alt", "sample", "borderline")
NATURAL = {
    "messages": 6, "in_scope": 4, "claimed": 5, "right": 2, "coverage": 0.5, "precision": 0.4, "false_answers": 1.0,
}  # fmt: skip
ALL = {**NATURAL, "messages": 7, "false_answers": 0.5}


@pytest.mark.usefixtures("folder")
class TestTheCommand:
    def test_figures_are_given_for_the_natural_mix_and_for_all(
        self, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        lines = [json.dumps(dict(zip(NAMES, line, strict=True)), ensure_ascii=False) for line in FILE]
        (folder / "lines.jsonl").write_text("\n".join(lines), "utf-8")
        told = inside(capsys, "eval", "lines.jsonl", "--json").object
        assert list(told) == ["yeban", "ratio_forced", "ratio_when_sure"]
        assert told["yeban"] == {"natural": NATURAL, "all": ALL}

    def test_a_table_shows_what_cannot_be_reckoned_as_a_dash(
        self, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        line = dict(zip(NAMES, FILE[0], strict=True))
        (folder / "lines.jsonl").write_text(json.dumps(line), "utf-8")
        done = inside(capsys, "eval", "lines.jsonl")
        assert (done.code, done.err.count("软件自带的示例"), len(done.lines)) == (0, 1, 7)
        assert done.lines[1].split()[-1] == "-"

    @pytest.mark.parametrize("missing", ["intent", "intents", "alt", "sample"])
    def test_a_line_without_its_labels_is_named(
        self, capsys: pytest.CaptureFixture[str], folder: Path, missing: str
    ) -> None:
        line = {name: value for name, value in zip(NAMES, FILE[0], strict=True) if name != missing}
        (folder / "lines.jsonl").write_text(json.dumps(line), "utf-8")
        done = inside(capsys, "eval", "lines.jsonl")
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
        assert missing in done.err
