"""`nudges`: the owner reads what nudging brings, and is told plainly where nothing is seen."""

import asyncio
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.cli.parser import parse
from bot.cli.uplifted import Period, as_json, known, on_screen, period_of
from bot.content.rules import read_rules
from bot.core.rules import Rules
from bot.core.uplift import Arm, Enrolment, Uplift, Verdict
from bot.errors import UsageError
from bot.words import catalogue, say
from tests.fakes import NOON, at

from .terminal import REPOSITORY, inside, refused_in_one_line

CHINA, TOKYO = ZoneInfo("Asia/Shanghai"), ZoneInfo("Asia/Tokyo")
PERIOD = Period(date(2026, 11, 20), date(2026, 11, 24), timedelta(hours=24), CHINA)
LATER = NOON + timedelta(days=9)
KEYS = [
    "since", "until", "window_seconds", "nudged", "held_out", "difference", "money", "left_out", "mixed_buyers",
    "verdict",
]  # fmt: skip


class FakeLedger:
    """Remembers for which span it was asked."""

    def __init__(self, *enrolled: Enrolment) -> None:
        self.asked: list[tuple[datetime, datetime]] = []
        self._enrolled = enrolled

    async def enrolments(self, since: datetime, until: datetime) -> Sequence[Enrolment]:
        self.asked.append((since, until))
        return self._enrolled


def _arms(nudged: tuple[int, int], held_out: tuple[int, int]) -> FakeLedger:
    """So many recovered of so many in each arm, ten yuan each."""
    both = ((Arm.NUDGED, *nudged), (Arm.HELD_OUT, *held_out))
    told = [(arm, number < some) for arm, some, of in both for number in range(of)]
    return FakeLedger(
        *(
            Enrolment(f"o{number}", f"b{number}", NOON, NOON, arm, at(60) if paid else None, Decimal("10.00"))
            for number, (arm, paid) in enumerate(told)
        )
    )


@cache
def _shipped() -> Rules:
    return read_rules(REPOSITORY / "rules").rules


def _rules(zone: str = "Asia/Shanghai", within: timedelta = timedelta(hours=24)) -> Rules:
    """The shipped ones of a shop elsewhere, with another window."""
    shipped = _shipped()
    hold_out = shipped.nudges.hold_out.model_copy(update={"within": within})
    return replace(
        shipped,
        shop=shipped.shop.model_copy(update={"timezone": zone}),
        nudges=shipped.nudges.model_copy(update={"hold_out": hold_out}),
    )


def _known(ledger: FakeLedger, now: datetime = LATER) -> Uplift:
    return asyncio.run(known(ledger.enrolments, PERIOD, now))


def test_days_begin_and_end_at_the_shops_midnight() -> None:
    ledger = FakeLedger()
    _known(ledger)
    assert ledger.asked == [(datetime(2026, 11, 19, 16, tzinfo=UTC), datetime(2026, 11, 24, 16, tzinfo=UTC))]


def test_unasked_it_is_the_last_thirty_days_of_the_shop() -> None:
    night = datetime(2026, 11, 21, 17, tzinfo=UTC)  # an hour past midnight in Hangzhou
    days = (date(2026, 10, 24), date(2026, 11, 22))
    assert period_of(parse(["nudges"]), _rules(), night) == Period(*days, timedelta(hours=24), CHINA)
    asked = parse(["nudges", "--since", "2026-11-01", "--until", "2026-11-02", "--window", "48h"])
    assert period_of(asked, _rules(), night) == Period(date(2026, 11, 1), date(2026, 11, 2), timedelta(hours=48), CHINA)


def test_the_days_are_those_of_the_shops_own_zone() -> None:
    late = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)  # half past midnight in Tokyo, before it in Hangzhou
    period = period_of(parse(["nudges"]), _rules("Asia/Tokyo"), late)
    assert (period.until, period.zone) == (date(2026, 11, 22), TOKYO)
    ledger = FakeLedger()
    asyncio.run(known(ledger.enrolments, replace(PERIOD, zone=TOKYO), LATER))
    assert ledger.asked == [(datetime(2026, 11, 19, 15, tzinfo=UTC), datetime(2026, 11, 24, 15, tzinfo=UTC))]


def test_the_window_is_that_of_the_rules_unless_another_is_asked_for() -> None:
    rules = _rules(within=timedelta(hours=6))
    windows = [period_of(parse(["nudges", *words]), rules, NOON).window for words in ([], ["--window", "3h"])]
    assert windows == [timedelta(hours=6), timedelta(hours=3)]


def test_the_command_reads_the_shops_own_rules(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Path(shutil.copytree(REPOSITORY / "rules", folder / "own"))
    text = (own / "nudges.yaml").read_text("utf-8")
    (own / "nudges.yaml").write_text(text.replace("salt: yeban, within: 24h", "salt: yeban, within: 36h"), "utf-8")
    monkeypatch.setenv("YEBAN_RULES_DIR", str(own))
    assert inside(capsys, "db", "upgrade").code == 0
    assert [
        inside(capsys, "nudges", "--json", *words).object["window_seconds"] for words in ([], ["--window", "2h"])
    ] == [
        36 * 3600,
        2 * 3600,
    ]


def test_days_the_wrong_way_round_are_misuse() -> None:
    with pytest.raises(UsageError, match="2026-11-02"):
        period_of(parse(["nudges", "--since", "2026-11-02", "--until", "2026-11-01"]), _rules(), NOON)


def test_no_effect_is_said_plainly() -> None:
    assert on_screen(_known(_arms((420, 1800), (40, 200))), PERIOD) == [
        "催付成效  2026-11-20 至 2026-11-24，首次催付后 24小时内付款算挽回",
        "催付组  1800 单，付款 420 单（23.3%），4,200.00 元",
        "对照组  200 单，付款 40 单（20.0%），400.00 元；这些订单没有催",
        "差异    +3.3 个百分点，95% 区间 -3.0 至 +8.7",
        "多收    +600.00 元，95% 区间 -547.32 至 +1,562.42（估算：多付款的单数 × 平均每单金额）",
        "未计入  还没到时间 0 单，同一买家后来的 0 单，催之前已付款 0 单；两组都有订单的买家 0 位",
        "结论    看不出催付有效果（区间含 0）",
    ]


@pytest.mark.parametrize(
    ("nudged", "held_out", "verdict"),
    [
        ((600, 1800), (40, 200), Verdict.GAIN),
        ((180, 1800), (40, 200), Verdict.LOSS),
        ((5, 10), (1, 2), Verdict.TOO_FEW),
    ],
)
def test_every_verdict_is_said(nudged: tuple[int, int], held_out: tuple[int, int], verdict: Verdict) -> None:
    last = on_screen(_known(_arms(nudged, held_out)), PERIOD)[-1]
    assert last == say("uplift.verdict", told=say(f"uplift.verdicts.{verdict.value}", least=20))


def test_every_verdict_has_its_words() -> None:
    assert {f"uplift.verdicts.{one.value}" for one in Verdict} <= set(catalogue())


def test_without_a_hold_out_no_difference_is_told() -> None:
    lines = on_screen(_known(_arms((5, 100), (0, 0))), PERIOD)
    assert lines[2].startswith("对照组  0 单，付款 0 单（-）")
    assert len(lines) == 5
    assert say("uplift.verdicts.too_few", least=20) in lines[-1]


def test_json_tells_all_of_it() -> None:
    told = json.loads(as_json(_known(_arms((420, 1800), (40, 200))), PERIOD))
    assert list(told) == KEYS
    assert told == {
        "since": "2026-11-20", "until": "2026-11-24", "window_seconds": 86400,
        "nudged": {"orders": 1800, "recovered": 420, "share": 0.2333, "amount": "4200.00"},
        "held_out": {"orders": 200, "recovered": 40, "share": 0.2, "amount": "400.00"},
        "difference": {"points": 3.33, "low": -3.04, "high": 8.68},
        "money": {"value": "600.00", "low": "-547.32", "high": "1562.42"},
        "left_out": {"early": 0, "repeat": 0, "open": 0}, "mixed_buyers": 0, "verdict": "none_seen",
    }  # fmt: skip


def test_json_of_nothing_has_the_same_keys() -> None:
    told = json.loads(as_json(_known(FakeLedger()), PERIOD))
    assert list(told) == KEYS
    assert (told["difference"], told["money"], told["nudged"]["share"]) == (None, None, None)
    assert told["verdict"] == "too_few"


def test_what_is_left_out_is_told() -> None:
    one = Enrolment("o1", "b1", NOON, NOON, Arm.NUDGED, None, Decimal(9))
    late = replace(one, order_id="o4", buyer_id="b4", at=LATER - timedelta(hours=1))
    early = replace(one, order_id="o3", buyer_id="b3", paid_at=at(-9))
    again = replace(one, order_id="o2", at=at(5), arm=Arm.HELD_OUT)
    found = on_screen(_known(FakeLedger(one, again, early, late)), PERIOD)
    assert found[-2] == say("uplift.left_out", open=1, repeat=1, early=1, mixed=1)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "words",
    [
        ["--since", "gestern"], ["--until", "2026-02-30"], ["--since", "0001-01-01"], ["--window", "59s"],
        ["--window", "soon"], ["now"], ["--since", "2026-11-02", "--until", "2026-11-01"],
    ],
)  # fmt: skip
def test_half_a_command_is_misuse(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert refused_in_one_line(inside(capsys, "nudges", *words), 2)
