"""`stats`: the service record of a day, on the screen, in a spreadsheet, for a program."""

import asyncio
import csv
import io
import json
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.cli.parser import SIDES, parse
from bot.cli.stats import day_of
from bot.core.daylog import DayLog
from bot.core.kpis import Record, record
from bot.core.record_json import share
from bot.core.rounds import rounds_of
from bot.core.rules.kpis import sessions_on
from bot.errors import UsageError
from bot.stats_table import as_csv
from bot.store import open_store
from bot.words import catalogue
from tests.core.book import rules
from tests.core.transcripts import moment, talk
from tests.fakes import counting_ids
from tests.store.days import lived

from .terminal import REPOSITORY, Printed, inside, refused_in_one_line

DAY = "2026-11-20"
HERE = Path(__file__).parent


@pytest.fixture
def shop(folder: Path) -> Path:
    """A folder with the small shop's day in its database and the shipped rules."""

    async def live() -> None:
        store = open_store(f"sqlite:///{folder / 'yeban.db'}", new_id=counting_ids())
        await lived(store)
        await store.close()

    asyncio.run(live())
    shutil.copytree(REPOSITORY / "rules", folder / "rules")
    (folder / "replies").mkdir()
    return folder


def stats(capsys: pytest.CaptureFixture[str], *words: str) -> Printed:
    return inside(capsys, "stats", "--day", DAY, *words)


@pytest.mark.usefixtures("shop")
def test_json_is_the_days_to_the_byte_however_often_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    first, again = stats(capsys, "--json"), stats(capsys, "--json")
    assert (first.code, first.out) == (0, again.out)
    assert json.loads(first.out) == json.loads((HERE / "stats.json").read_text("utf-8"))


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("side", SIDES)
def test_csv_is_the_days_to_the_byte(capsys: pytest.CaptureFixture[str], side: str) -> None:
    found = stats(capsys, "--csv", "--by", side)
    assert (found.code, found.out[0]) == (0, "\ufeff")
    assert found.out.encode() == (HERE / f"stats_{side}.csv").read_bytes()


@pytest.mark.usefixtures("shop")
def test_a_spreadsheet_finds_as_many_cells_in_each_row(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--by", "agent"], ["--by", "shift"]):
        rows = list(csv.reader(io.StringIO(stats(capsys, "--csv", *words).out)))
        assert len({len(row) for row in rows}) == 1
        assert rows[1][:5] == ["合计", "4", "3", "4", "5"]


@pytest.mark.usefixtures("shop")
def test_on_the_screen_the_platforms_figures_stand_above_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    """京东: c2 after 180 s, c4 after 10 s; c1's session began the day before, c5's after eleven."""
    lines = stats(capsys, "--by", "agent").lines
    assert lines[:8] == [
        "服务统计  2026-11-20（Asia/Shanghai，记录到 23:30）",
        "首次响应 8 秒率  40.0%（2/5）",
        "淘宝 3 分钟响应率  100.0%（3/3）",
        "淘宝人工平均响应时长  73.3 秒（3 轮）",
        "京东 30 秒应答率  50.0%（1/2）",
        "抖音 3 分钟人工回复率  100.0%（3/3）",
        "拼多多 3 分钟人工回复率  100.0%（3/3）",
        "",
    ]
    assert [line.split()[0] for line in lines[8:]] == [
        "客服",
        "合计",
        "a01",
        "a02",
        "未署名的客服",
        "机器人",
        "无人应答",
    ]
    assert lines[10].split()[-6:] == ["129.00", "540", "早班", "迟到", "5", "分钟"]


@pytest.mark.usefixtures("shop")
def test_with_a_side_json_has_that_list_only(capsys: pytest.CaptureFixture[str]) -> None:
    plain = ["day", "timezone", "known_until", "definitions", "total"]
    for side, name in zip(SIDES, ("agents", "shifts", "intents"), strict=True):
        assert list(stats(capsys, "--json", "--by", side).object) == [*plain, name]


@pytest.mark.usefixtures("shop")
def test_a_day_without_a_line_has_nothing_to_tell(capsys: pytest.CaptureFixture[str]) -> None:
    found = inside(capsys, "stats", "--day", "2026-11-18", "--by", "agent")
    assert (found.code, found.lines[1], len(found.lines)) == (0, "首次响应 8 秒率  -", 10)


@pytest.mark.usefixtures("shop")
def test_a_cleared_day_is_refused_with_the_first_that_is_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cleared until noon of the 1st of December: the first day with a whole day before it is the 3rd."""
    monkeypatch.setattr("bot.cli.database.utc_now", lambda: datetime(2026, 12, 8, 4, tzinfo=UTC))
    assert inside(capsys, "db", "prune", "--older-than", "7d").code == 0
    told = stats(capsys)
    assert refused_in_one_line(told, 1)
    assert all(word in told.err for word in (DAY, "2026-12-03", "yeban db prune"))


def test_changing_a_definition_in_the_file_changes_only_days_from_its_date_on(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the 20th on, 20 s instead of 30 for JD: c4's 10 s are in time all the same, c2's 180 s never were; and the
    trade's aim falls to 2 s: the call after 3 s is too late."""
    days = ("2026-11-19", DAY)
    before = [inside(capsys, "stats", "--day", day, "--json").object for day in days]
    path = shop / "rules" / "kpis.yaml"
    text = path.read_text("utf-8")
    aim = text[text.index("  - name: first_response") : text.index("  - name: taobao_3min")]
    later = aim.replace("2020-01-01", DAY).replace("within: 8s", "within: 2s")
    path.write_text(text.replace(aim, aim + later), "utf-8")
    after = [inside(capsys, "stats", "--day", day, "--json").object for day in days]
    assert before[0] == after[0]
    assert [_figure(one, "first_response") for one in (before[1], after[1])] == [(2, 5), (1, 5)]
    for name in ("taobao_3min", "taobao_human_time", "jd_30s", "douyin_3min", "pdd_3min"):
        assert _figure(before[1], name) == _figure(after[1], name)
    assert before[1]["agents"] == after[1]["agents"]


def _figure(told: dict[str, object], name: str) -> tuple[object, object]:
    figures = told["definitions"]
    assert isinstance(figures, list)
    [one] = [each for each in figures if each["name"] == name]
    return one["within"], one["units"]


def test_unasked_it_is_the_shops_today() -> None:
    night = datetime(2026, 11, 21, 17, tzinfo=UTC)  # an hour past midnight in Hangzhou
    assert day_of(None, rules(), night) == date(2026, 11, 22)
    assert day_of(date(2026, 11, 22), rules(), night) == date(2026, 11, 22)
    with pytest.raises(UsageError, match="2026-11-23"):
        day_of(date(2026, 11, 23), rules(), night)
    new_york = rules(shop={"timezone": "America/New_York"})
    assert day_of(None, new_york, night) == date(2026, 11, 21)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "words",
    [
        ["--day", "heute"],
        ["--day", "2026-02-30"],
        ["--by", "buyer"],
        ["--csv", "--json"],
        ["--day", "2199-01-01"],
        ["x"],
    ],
)
def test_half_a_command_is_misuse(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert refused_in_one_line(inside(capsys, "stats", *words), 2)


def test_every_side_has_a_heading_and_a_name_for_nobody() -> None:
    assert {f"stats.columns.{side}" for side in SIDES} <= set(catalogue())
    assert parse(["stats", "--by", "shift"]).by == "shift"


def test_a_share_of_nothing_is_none() -> None:
    assert [share(*one) for one in ((0, 0), (2, 3), (3, 3))] == [None, "0.6667", "1.0000"]


def _record(*agents: str) -> Record:
    own, day = rules(), date(2026, 11, 20)
    talks = [talk("10:00:00 b", f"10:00:05 {agent}", one=agent, buyer=agent) for agent in agents]
    rounds = [one for each in talks for one in rounds_of(each, sessions_on(own.kpis, day))]
    return record(rounds, DayLog(known_until=moment("12:00:00")), day, own, lambda _: True)


@pytest.mark.parametrize("name", ["=1+1", "+8613", "-2", "@a"])
def test_a_spreadsheet_does_not_reckon_with_an_agents_name(name: str) -> None:
    rows: Sequence[Sequence[str]] = list(csv.reader(io.StringIO(as_csv(_record(name), "agent"))))
    assert rows[2][0] == f"'{name}"
