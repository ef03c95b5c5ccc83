"""The benches reckon rightly and say what they lack, on inputs small enough to check by hand."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bot.cli.scoring import Labelled
from bot.core.book import OOS
from bot.core.lexicon import lexicon_of
from tests.bench import calibrate, data, figures
from tests.bench.__main__ import parse
from tests.bench.calibration import bin_of, calibration
from tests.bench.crowd import crowd, messages
from tests.bench.curve import unclaimed, wrong
from tests.bench.data import BenchError, Line
from tests.bench.figures import NEVER, Guess, Point
from tests.bench.match import measured
from tests.bench.peers import Example, library, nearest, peers, timed
from tests.bench.shipped import at_threshold, claims, guess
from tests.bench.show import table
from tests.core.book import small_book

EXAMPLES = [Example("发什么快递", "carrier"), Example("什么时候发货", "ship_time"), Example("我在上海", OOS)]


def _line(text: str, *right: str, intent: str | None = None, clear: bool = True) -> Line:
    inside = intent != OOS and bool(right)
    return Line(Labelled(text, frozenset(right), inside, clear, natural=True), intent or (right[0] if right else OOS))


def _many(count: int, line: Line, guessed: Guess) -> list[tuple[Line, Guess]]:
    return [(line, guessed)] * count


def _points(*groups: list[tuple[Line, Guess]]) -> list[Point]:
    pairs = [pair for group in groups for pair in group]
    return figures.points([line for line, _ in pairs], [guessed for _, guessed in pairs])


class TestFigures:
    def test_each_confidence_that_occurs_gives_a_point(self) -> None:
        found = _points(
            _many(10, _line("a", "x"), Guess("x", 0.9)),
            _many(5, _line("b", "x"), Guess("y", 0.8)),
            _many(4, _line("c"), Guess("y", 0.7)),
            _many(1, _line("d"), Guess(None, NEVER)),
        )
        assert found == [
            Point(0.9, 10 / 15, 1.0, 0.0),
            Point(0.8, 10 / 15, 10 / 15, 0.0),
            Point(0.7, 10 / 15, 10 / 19, 4 / 5),
        ]

    def test_of_fewer_than_ten_claims_no_precision_is_told(self) -> None:
        assert _points(_many(9, _line("a", "x"), Guess("x", 0.9))) == []

    def test_equal_confidences_stand_or_fall_together(self) -> None:
        right, mistaken = _many(10, _line("a", "x"), Guess("x", 0.5)), _many(10, _line("b", "x"), Guess("y", 0.5))
        assert [point.precision for point in _points(right, mistaken)] == [0.5]

    def test_a_borderline_line_is_no_false_answer(self) -> None:
        vague = _many(10, _line("a", clear=False), Guess("x", 0.5))
        assert _points(vague, _many(1, _line("b"), Guess(None, NEVER)))[0].false == 0.0

    def test_forced_counts_messages_in_scope_however_unsure(self) -> None:
        lines = [_line("a", "x"), _line("b", "x"), _line("c")]
        assert figures.forced(lines, [Guess("x", NEVER), Guess("y", 0.9), Guess("x", 0.9)]) == 0.5

    def test_the_best_point_is_the_widest_that_is_precise_enough(self) -> None:
        curve = [Point(0.9, 0.1, 1.0, 0.0), Point(0.8, 0.3, 0.9, 0.0), Point(0.7, 0.5, 0.8, 0.1)]
        assert figures.best(curve, 0.9) == curve[1]
        assert figures.best(curve, 1.1) is None
        assert figures.reaching(curve, 0.2) == curve[1]
        assert figures.reaching(curve, 0.6) is None

    def test_claims_are_counted_as_yeban_eval_counts_them(self) -> None:
        lines = [_line("same", "x"), _line("same"), _line("c", "y")]
        point = figures.shares(figures.scored(lines, [("x",), ("x",), ()]))
        assert (point.coverage, point.precision, point.false) == (0.5, 0.5, 1.0)


class TestData:
    def test_a_missing_folder_is_named_with_its_remedy(self, tmp_path: Path) -> None:
        with pytest.raises(BenchError, match=r"nowhere.*--data.*YEBAN_BENCH_DATA"):
            data.folder_of(str(tmp_path / "nowhere"))

    def test_the_option_comes_before_the_setting(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(data.SETTING, str(tmp_path / "set"))
        assert data.folder_of(str(tmp_path)) == tmp_path

    def test_the_setting_comes_before_the_usual_place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(data.SETTING, str(tmp_path))
        assert data.folder_of(None) == tmp_path

    def test_the_setting_is_no_concern_of_the_service(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(data.SETTING, "anywhere")
        assert data.settings().replies.name == "replies"

    def test_a_folder_without_any_of_the_sets_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(BenchError, match="dev, check"):
            data.read_sets(tmp_path, "dev", "check")

    def test_only_the_natural_mix_is_read(self, tmp_path: Path) -> None:
        rows = [
            {"text": text, "intent": "carrier", "intents": ["carrier"], "alt": ["oos"], "sample": sample}
            for text, sample in (("甲", "random"), ("乙", "targeted"))
        ]
        (tmp_path / "dev.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
        assert data.read_sets(tmp_path, "dev", "check") == {"dev": [_line("甲", "carrier")]}

    def test_own_labels_are_joined_to_their_lines(self, tmp_path: Path) -> None:
        (tmp_path / "messages.txt").write_text("甲\n乙\n", "utf-8")
        rows = [
            f"1\t{data.hash_of('甲')}\tcarrier,oos\tstock\t\ta",
            f"2\t{data.hash_of('乙')}\toos\tstock\tb\ta",
        ]
        (tmp_path / "labels.tsv").write_text("\n".join(rows), "utf-8")
        found = data.own(tmp_path, "a", tmp_path / "labels.tsv")
        assert found == [_line("甲", "carrier", "stock"), _line("乙", "stock", intent=OOS, clear=False)]
        assert data.own(tmp_path, "b", tmp_path / "labels.tsv") == []

    def test_another_file_than_was_labelled_is_noticed(self, tmp_path: Path) -> None:
        (tmp_path / "messages.txt").write_text("丙\n", "utf-8")
        (tmp_path / "labels.tsv").write_text(f"1\t{data.hash_of('甲')}\tcarrier\t\t\ta\n", "utf-8")
        with pytest.raises(BenchError, match=r"messages\.txt:1"):
            data.own(tmp_path, "a", tmp_path / "labels.tsv")

    def test_the_shipped_labels_are_whole_and_hold_no_text(self) -> None:
        rows = data.read_labels(data.LABELS)
        assert [row.number for row in rows] == list(range(1, 6001))
        assert Counter(row.fold for row in rows) == {"a": 3750, "b": 2250}
        assert data.LABELS.read_text("utf-8").isascii()


class TestPeers:
    def test_a_fuzzy_peer_says_the_nearest_lines_intent(self) -> None:
        judge = peers()[0].learn(EXAMPLES)
        assert judge("发什么快递?") == Guess("carrier", 100.0)

    def test_lines_out_of_scope_silence_it_only_as_a_class(self) -> None:
        plain, classed = (peer.learn(EXAMPLES) for peer in peers()[:2])
        assert plain("我在上海").sure > NEVER
        assert classed("我在上海").sure == NEVER

    @pytest.mark.parametrize(("with_oos", "sure"), [(False, 0.2), (True, NEVER)])
    def test_the_highest_score_speaks(self, with_oos: bool, sure: float) -> None:
        judge = nearest(lambda _: np.array([0.2, 0.1, 0.3]), EXAMPLES, with_oos=with_oos)
        assert judge("x") == Guess("carrier", sure)

    def test_every_peer_has_a_name_of_its_own(self) -> None:
        names = [peer.name for peer in peers()]
        assert len(set(names)) == len(names) == 13

    def test_a_missing_library_is_named_with_its_remedy(self) -> None:
        with pytest.raises(BenchError, match=r"no_such_library.*requirements\.lock"):
            library("no_such_library")

    def test_guesses_come_in_the_order_of_the_texts(self) -> None:
        guesses, took = timed(lambda text: Guess(text, 1.0), ["a", "b"])
        assert ([one.intent for one in guesses], took > 0) == (["a", "b"], True)


class TestTheShippedBot:
    def test_the_whole_bot_claims(self) -> None:
        assert claims(small_book(), [_line("发什么快递"), _line("qqqq wwww")]) == [("carrier",), ()]

    def test_what_it_holds_to_be_out_of_scope_is_never_sure(self) -> None:
        assert guess(small_book().matcher, "发什么快递") == Guess("carrier", 1.0)
        assert guess(small_book().matcher, "我在上海").sure == NEVER
        assert guess(small_book().matcher, "?") == Guess(None, NEVER)

    def test_another_threshold_changes_nothing_else(self) -> None:
        book = at_threshold(small_book(), 99)
        assert book.rules.reception.confidence.sure == 99
        assert book.rules.reception.limits == small_book().rules.reception.limits

    def test_mistakes_are_counted_by_pair(self) -> None:
        lines = [_line("a", "x"), _line("b", "x"), _line("c"), _line("d", clear=False)]
        made = [("y",), (), ("x",), ("x",)]
        assert wrong(lines, made) == {("x", "y"): 1, ("oos!", "x"): 1, ("oos", "x"): 1}
        assert unclaimed(lines, made) == {("x", ""): 1}


class TestCalibration:
    @pytest.mark.parametrize(("confidence", "number"), [(0.0, 0), (0.1, 1), (0.3, 3), (0.7, 7), (0.999, 9), (1.0, 9)])
    def test_bins_are_closed_below(self, confidence: float, number: int) -> None:
        assert bin_of(confidence) == number

    def test_a_bin_tells_its_share_right(self) -> None:
        rows = calibration(small_book().matcher, [_line("发什么快递", "carrier"), _line("发什么快递", "stock")])
        assert [(row["bin"], row["messages"], row["confidence"], row["right"], row["off"]) for row in rows] == [
            ("0.9-1.0", 2, 1.0, 0.5, -0.5)
        ]

    def test_terms_are_taken_of_every_message_with_letters(self) -> None:
        known = calibrate.terms_of(small_book().matcher, [_line("发什么快递", "carrier"), _line("?")])
        assert (known.intents, known.right.tolist(), known.terms.shape) == (("carrier",), [True], (1, 8))

    def test_no_strength_is_even_odds(self) -> None:
        assert calibrate.sure(np.zeros((1, 3)), np.ones(3)).tolist() == [0.5]


class TestSpeed:
    def test_a_crowd_has_the_size_that_was_wanted_and_keeps_the_mix(self) -> None:
        examples = [
            Example(f"{head}{tail}问问题", intent) for intent, head in (("a", "甲"), ("b", "乙")) for tail in "子丑寅卯"
        ]
        found = crowd(examples, 12)
        assert (len(found), len(set(found))) == (12, 12)
        assert {one.intent for one in found if one.text.startswith("甲")} == {"a"}
        assert crowd(examples, 12) == found

    def test_a_smaller_crowd_is_drawn(self) -> None:
        assert set(crowd(EXAMPLES, 2)) < set(EXAMPLES)

    def test_intents_too_small_for_a_crowd_give_what_they_can(self) -> None:
        assert len(crowd(EXAMPLES[:1], 1000)) < 10

    def test_messages_are_made_where_none_are_at_hand(self) -> None:
        examples = [Example(f"{one}{two}问一问", "a") for one in "甲乙丙" for two in "子丑寅卯"]
        assert len(messages(examples, 3)) == 3

    def test_one_size_is_measured_beside_one_pass(self) -> None:
        row = measured(lexicon_of(small_book().rules.concepts), EXAMPLES, ["发什么快递"], rounds=1)
        assert row["asks"] == 3
        assert all(float(str(row[name])) > 0 for name in ("rank us", "ratio us", "WRatio us", "rank / ratio"))


def test_the_words_of_the_command_line() -> None:
    args = parse(["calibrate", "--data", "d", "--json"])
    assert (args.command, args.data, args.json, args.fit) == ("calibrate", "d", True, "own_b")


def test_a_table_shows_what_is_not_known_as_a_dash() -> None:
    assert table([{"a": 0.5, "b": None}]) == "| a | b |\n| --- | --- |\n| 0.5 | - |"
