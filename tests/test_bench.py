"""The benches reckon rightly and say what they lack, on inputs small enough to check by hand."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest

from bot.channels.signing import parse_secret, verify
from bot.cli.scoring import Labelled
from bot.clock import new_id, utc_now
from bot.content.examine import examine
from bot.content.files import Folders
from bot.core.book import OOS
from bot.core.lexicon import lexicon_of
from bot.store import open_store
from tests.bench import calibrate, data, figures, replay
from tests.bench.__main__ import main, parse
from tests.bench.calibration import bin_of, calibration
from tests.bench.check import shop_of
from tests.bench.crowd import crowd, messages
from tests.bench.curve import unclaimed, wrong
from tests.bench.data import BenchError, Line
from tests.bench.figures import NEVER, Guess, Point
from tests.bench.live import backlog, costs, jobstore, ledger, nudges, pattern, seed, sums, wire
from tests.bench.live.catcher import Catcher, Taken
from tests.bench.live.commands import LIVE
from tests.bench.live.contenders import Setting, ceiling
from tests.bench.live.gun import Fired, Gun, Job
from tests.bench.live.processes import Arrival, gunner, receiver
from tests.bench.live.rows import Case, row
from tests.bench.live.runs import Range, volley
from tests.bench.live.stores import databases
from tests.bench.match import measured
from tests.bench.peers import Example, library, nearest, peers, timed
from tests.bench.shipped import at_threshold, claims, guess
from tests.bench.show import show, table
from tests.chaos.premises import furnish
from tests.core.book import small_book
from tests.e2e.shop import SIGNING, free_port
from tests.fakes import WEBHOOK

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
    assert table([{"a": 0.5, "b": None}, {"a": 1, "c": 2}]) == (
        "| a | b | c |\n| --- | --- | --- |\n| 0.5 | - | - |\n| 1 | - | 2 |"
    )


def test_live_benches_tell_json_by_lines(capsys: pytest.CaptureFixture[str]) -> None:
    show({"t": [{"a": 1}, {"a": "二"}]}, True, lines=True)
    assert capsys.readouterr().out == '{"a": 1}\n{"a": "二"}\n'


NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
PROMISED = {"name", "store", "value", "unit", "ratio", "cpu_us"}
#: Command -> options that make it tiny, and the cases that it tells.
TINY: Mapping[str, tuple[tuple[str, ...], set[str]]] = {
    "throughput": ((), {"throughput", "acceptance"}),
    "latency": (
        ("--seconds", "1"),
        {"latency_p50_low", "latency_p50_half", "latency_p99_low", "latency_p99_half"},
    ),
    "growth": (
        ("--small", "10", "--big", "100"),
        {"growth_throughput", "growth_latency_p50", "growth_latency_p99", "growth_memory"},
    ),
    "nudges": (("--only", "rate"), {"nudges"}),
}


def _arrival(at: float, one: str, *answers: str, conversation: str = "c1", purpose: str = "reply") -> Arrival:
    return Arrival(at, one, "message.send", conversation, purpose, answers)


def _run(rate: float = 1.0) -> sums.Run:
    return sums.Run(messages=4, rate=rate, waits=[0.1], lost=1, twice=2, again=3, cpu_us=500.4, gun_us=20.0)


class TestTheLiveArithmetic:
    @pytest.mark.parametrize(
        ("values", "share", "expected"),
        [
            ([float(number) for number in range(1, 101)], 0.99, 99.0),
            ([float(number) for number in range(1, 101)], 0.5, 50.0),
            ([3.0, 1.0, 2.0], 0.5, 2.0),
            ([3.0, 1.0, 2.0], 0.99, 3.0),
            ([7.0], 0.99, 7.0),
            ([], 0.5, 0.0),
        ],
    )
    def test_a_percentile_is_a_value_that_was_measured(
        self, values: list[float], share: float, expected: float
    ) -> None:
        assert sums.percentile(values, share) == expected

    def test_medians_and_ratios(self) -> None:
        assert (sums.middle([9.0, 1.0, 2.0]), sums.middle([1.0, 2.0]), sums.middle([])) == (2.0, 1.5, 0.0)
        assert (sums.ratio(1.0, 3.0), sums.ratio(1.0, 0.0)) == (0.333, None)

    def test_the_first_command_that_answers_a_line_counts(self) -> None:
        arrivals = [
            _arrival(3.0, "yb_1", "m-r1-0", "m-r1-1"),
            _arrival(2.0, "yb_2", "m-r1-0"),
            _arrival(1.0, "yb_3", "m-r2-0"),
            _arrival(4.0, "e-r1-2"),
        ]
        assert sums.first_commands(arrivals, "r1") == {0: 2.0, 1: 3.0, 2: 4.0}

    def test_a_run_leaves_out_the_wait_for_a_buyer_to_finish_typing(self) -> None:
        fired = Fired([10.0, 10.5, 11.0, 11.5], [10.1, 10.6, 11.1, 0.0], again=1, refused=[2], cpu_s=0.0002)
        found = sums.reckon(fired, {0: 11.0, 2: 14.5}, again=0, cpu_s=0.004, quiet=0.5)
        assert found == sums.Run(4, rate=0.5, waits=[0.5, 3.0], lost=2, twice=0, again=1, cpu_us=1000.0, gun_us=50.0)

    def test_what_was_refused_or_never_answered_was_not_accepted(self) -> None:
        found = sums.accepted(Fired([10.0, 10.0, 10.0], [10.5, 11.0, 0.0], refused=[1]), cpu_s=0.0)
        assert (found.rate, found.lost) == (2.0, 2)

    def test_a_command_that_comes_again_is_told(self) -> None:
        arrivals = [_arrival(1.0, "yb_1", "m-r1-0"), _arrival(2.0, "yb_1", "m-r1-0")]
        found = sums.answered(Fired([0.5], [0.6]), arrivals, "r1", cpu_s=0.0)
        assert (found.twice, found.lost, found.rate) == (1, 0, 2.0)

    def test_a_second_nudge_in_one_conversation_is_a_duplicate(self) -> None:
        told = [_arrival(at, f"yb_{at}", conversation=one, purpose="nudge") for at, one in ((2.0, "c1"), (3.0, "c1"))]
        found = nudges.reminded(2, 1.0, [*told, _arrival(4.0, "yb_4", purpose="reply")], cpu_s=0.0)
        assert (found.twice, found.lost, found.rate) == (1, 1, 1.0)

    def test_a_row_tells_medians_their_ratio_and_what_they_cost(self) -> None:
        case = Case("throughput", "messages/s", [10.0, 30.0, 20.0], [40.0, 50.0, 30.0])
        told = row(case, "sqlite", sums.Pair([_run()], [_run(), _run()]), Setting("http://x", quiet="0s"), rate=5.0)
        assert told == {
            "name": "throughput", "store": "sqlite", "value": 20.0, "unit": "messages/s", "ceiling": 40.0, "ratio": 0.5,
            "spread": "10.0-30.0", "ceiling_spread": "30.0-50.0", "cpu_us": 500.0, "ceiling_cpu_us": 500.0,
            "gun_cpu_us": 20.0, "messages": 4, "lost": 1, "ceiling_lost": 2, "twice": 2, "put_off": 3, "rate": 5.0,
            "rounds": 3, "processes": 1, "quiet": "0s",
        }  # fmt: skip


class TestTheWire:
    def test_a_message_is_cut_only_when_it_is_whole(self) -> None:
        raw = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP"
        assert [wire.cut(raw[:end]) for end in (10, 39)] == [None, None]
        whole = wire.cut(raw)
        assert whole
        assert (whole.status, whole.body, whole.rest) == (200, b"ok", b"HTTP")
        assert wire.header(whole.head, b"content-length:") == b"2"
        assert wire.header(whole.head, b"retry-after:") == b""

    def test_a_request_is_signed_as_the_service_verifies_it(self) -> None:
        whole = wire.cut(wire.requests_of("r1", [("c1", "发什么快递")], NOW)[0])
        assert whole
        lines = whole.head.decode().split("\r\n")[1:]
        headers = dict(line.split(": ", 1) for line in lines)
        assert verify([parse_secret(SIGNING)], headers, whole.body, NOW) == "e-r1-0"
        assert json.loads(whole.body)["data"]["id"] == "m-r1-0"

    def test_an_id_leads_back_to_its_line_in_its_own_run_only(self) -> None:
        ids = [wire.message_id("r1", 7), wire.event_id("r1", 7), "m-r11-7", "yb_0123", "m-r1-x"]
        assert [wire.number_of(one, "r1") for one in ids] == [7, 7, None, None, None]

    @pytest.mark.anyio
    async def test_the_gun_tries_again_what_is_put_off_under_the_same_id(self) -> None:
        seen: list[bytes] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await reader.readexactly(int(wire.header(head, b"content-length:")))
                seen.append(wire.header(head, b"webhook-id:"))
                status = b"429 Busy\r\nretry-after: 0" if len(seen) == 1 else b"200 OK"
                writer.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\n\r\n")
                if len(seen) == 3:
                    break
            writer.close()

        port = free_port()
        server = await asyncio.start_server(serve, wire.HOST, port)
        async with server:
            fired = await Gun(Job("r1", port, [("c1", "甲"), ("c2", "乙")], connections=1, rate=1000.0)).fire()
        assert seen == [b"e-r1-0", b"e-r1-0", b"e-r1-1"]
        assert (fired.again, fired.refused, all(fired.accepted)) == (1, [], True)
        assert fired.sent[0] < fired.sent[1] < fired.accepted[1]

    @pytest.mark.anyio
    async def test_the_receiver_counts_and_tells_what_came_once(self) -> None:
        taken, port = Taken(), free_port()
        server = await asyncio.get_running_loop().create_server(lambda: Catcher(taken), wire.HOST, port)
        command = {"type": "message.send", "data": {"conversation_id": "c1", "purpose": "reply", "in_reply_to": ["m1"]}}
        async with server, httpx.AsyncClient(base_url=f"http://{wire.HOST}:{port}", trust_env=False) as client:
            answer = await client.post("/commands", json=command, headers={"webhook-id": "yb_1"})
            await client.post("/commands", content=b"", headers={"webhook-id": "e-r1-0"})
            count, told, rest = [(await client.get(path)).json() for path in ("/count", "/taken", "/taken")]
        assert (answer.status_code, count, rest) == (204, 2, [])
        first = Arrival(told[0]["at"], "yb_1", "message.send", "c1", "reply", ["m1"])
        assert [Arrival(**one) for one in told] == [first, Arrival(told[1]["at"], "e-r1-0", None, None, None, [])]


class TestTheSeed:
    @pytest.mark.anyio
    async def test_seeded_shops_are_settled_and_nudges_become_due_by_slices(self, tmp_path: Path) -> None:
        url, now, start = f"sqlite:///{tmp_path / 'seed.db'}", utc_now(), utc_now() + timedelta(days=1)
        old = pattern.talks(small_book(), now - timedelta(hours=2), timedelta(seconds=1))
        unpaid = pattern.orders(small_book(), now - timedelta(hours=1), start, timedelta(seconds=1))
        seed.seed(url, [*old, *unpaid], 5)
        store = open_store(url, new_id=new_id)
        talk = pattern.CONVERSATION.replace(pattern.MARK, seed.key(2, 5))
        assert [line.author for line in await store.transcript("webhook", talk)] == ["buyer", "bot"]
        assert (await store.vitals(now)).unanswered == 0
        assert (
            await store.claim(now, 9),
            await store.claim_commands(now, 9, WEBHOOK),
            await store.due_nudges(now, 9),
        ) == ([],) * 3
        assert seed.make_due(url, start, start + timedelta(seconds=2.5), now) == 2
        due = await store.due_nudges(now, 9)
        await store.close()
        assert [one.conversation and one.conversation.id for one in due][1] == talk


BACKLOG = {
    "nudges_insert", "nudges_memory_idle", "nudges_memory_due", "nudges_startup_idle", "nudges_startup_due",
    "nudges_fire", "nudges_tick",
}  # fmt: skip


def _inside(module: str, *words: str) -> object:
    """A job of the backlog in this process."""
    return {"ledger": ledger.main, "jobstore": jobstore.main}[module](*words)


class TestTheBacklog:
    def test_every_case_is_told_of_a_few_hundred_rows(self, tmp_path: Path) -> None:
        sizes = backlog.Sizes(300, 20, 40, dues=(0, 7, 220), ticks=1, starts=1)
        with databases("sqlite", tmp_path) as fresh:
            told = list(backlog.backlog("sqlite", fresh, sizes, _inside))
        assert {str(one["name"]) for one in told} == BACKLOG
        assert all(one.keys() >= {"name", "store", "value", "unit", "peer", "ratio", "times"} for one in told)
        assert {one["name"] for one in told if one.get("extrapolated")} == {
            "nudges_insert", "nudges_memory_due", "nudges_startup_due",
        }  # fmt: skip
        assert all(float(str(one["value"])) > 0 for one in told if "memory" not in str(one["name"]))
        assert [one["due"] for one in told if one["name"] == "nudges_tick"] == [0, 7, 220]
        assert [one["peer_counted"] for one in told if one["name"] == "nudges_fire"] == [40]

    def test_a_process_of_its_own_tells_the_same(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path / 'jobs.db'}"
        told = [backlog.apart("jobstore", *words) for words in (("insert", url, "3", "due"), ("wake", url, "3"))]
        assert [one["count"] for one in told[:1]] + [one["done"] for one in told[1:]] == [3, 3]
        assert told[1]["ready_s"] > 0

    def test_a_process_that_fails_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(BenchError, match="jobstore wake ended with 1"):
            backlog.apart("jobstore", "wake", f"sqlite:///{tmp_path / 'jobs.db'}", "3")

    def test_only_a_line_that_rises_is_drawn_out(self) -> None:
        assert costs.drawn_out((10, 3.0), (30, 5.0), 1_030) == 105.0
        assert costs.drawn_out((10, 5.0), (30, 3.0), 1_030) == 3.0

    def test_what_was_not_measured_at_its_size_says_so(self) -> None:
        woken = {"ready_s": 0.5, "mib": 2.0, "each_s": 0.001, "done": 10}
        ours = costs.Ours([woken], {"10": [0.02, 0.01]}, woken, {"seconds": 1.0, "saving_s": 0.5, "count": 100})
        whole = {**woken, "ready_s": 0.9, "mib": 6.0, "done": 20}
        found = list(costs.rows(ours, costs.Peers({"seconds": 2.0, "count": 200}, [woken], woken, whole), 1_020, 5))
        told = {str(one["name"]): one for one in found}
        assert told["nudges_memory_due"] == {
            "name": "nudges_memory_due", "value": 2.0, "unit": "MiB", "peer": 406.0, "ratio": 0.005, "times": 203.0,
            "counted": 10, "peer_counted": 20, "extrapolated": True, "peer_measured": 6.0,
        }  # fmt: skip
        assert (told["nudges_insert"]["value"], told["nudges_insert"]["peer"]) == (1_000.0, 1_000.0)
        assert (told["nudges_tick"]["value"], told["nudges_tick"]["peer"], told["nudges_tick"]["due"]) == (20, 10, 10)


class TestTheLiveBenches:
    def test_acceptance_is_told_beside_the_same_route_without_a_store(self) -> None:
        args = parse(["throughput", "--only", "acceptance", "--messages", "20", "--rounds", "1"])
        [told] = LIVE["throughput"](args, small_book())["throughput"]
        assert told.keys() >= {*PROMISED, "peer"}
        assert (told["name"], told["store"], told["messages"]) == ("acceptance", "sqlite", 100)
        assert (told["lost"], told["peer_lost"], told["put_off"]) == (0, 0, 0)

    def test_the_ceiling_answers_every_message(self, tmp_path: Path) -> None:
        with gunner() as gun, receiver() as shop:
            place = Range(gun, shop, ["发什么快递"], connections=4)
            with ceiling("whole", Setting(shop.url), f"sqlite:///{tmp_path / 'top.db'}") as top:
                found = volley(place, top, 30)
        assert (found.messages, found.lost, found.twice) == (30, 0, 0)
        assert min(found.waits) > 0
        assert found.rate > 0

    @pytest.mark.slow
    @pytest.mark.timeout(600)
    @pytest.mark.parametrize("command", TINY)
    def test_every_case_is_one_json_object_a_line(self, command: str, capsys: pytest.CaptureFixture[str]) -> None:
        options, names = TINY[command]
        assert main([command, "--messages", "50", "--rounds", "1", *options, "--json"]) == 0
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert {told["name"] for told in rows} == names
        assert all(told.keys() >= PROMISED and ("ceiling" in told) != ("peer" in told) for told in rows)
        assert all(told["value"] > 0 and told["ratio"] > 0 and told["lost"] == told["twice"] == 0 for told in rows)


def test_the_shop_that_check_is_timed_on_has_the_contracts_size_and_no_fault(tmp_path: Path) -> None:
    found = examine(Folders(*shop_of(tmp_path)))
    asks = sum(len(reply.topic.asks) + len(reply.topic.not_asks) for reply in found.replies)
    assert (len(found.replies), asks, found.faults) == (200, 5000, ())


def test_a_replayed_night_is_found_unchanged_and_a_changed_line_just_where_it_was_said(tmp_path: Path) -> None:
    premises = furnish(tmp_path / "shop")
    rows = replay.bench(premises.replies, premises.rules, ["发什么快递", "运费多少", "能开发票吗", "在吗"] * 3, talks=9)
    assert [(row["turns"], row["conversations"], row["as expected"]) for row in rows] == [(12, 9, True)] * 3
    unchanged, said, changed = (row["different"] for row in rows)
    assert (unchanged, said) == (0, 0)
    assert isinstance(changed, int)
    assert 0 < changed < 12
    assert {"name", "store", "value", "unit", "ceiling", "ratio"} <= set(rows[0])
