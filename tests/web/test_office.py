"""Each page of the office shows what is really so, and does what its buttons say."""

import csv
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.model import AgentState
from bot.core.record_json import plain
from bot.core.walltime import local_day
from bot.records import Pause
from bot.service_record import service_record
from bot.stats_table import as_csv
from tests.core.book import CHINA, TOPICS, book_of, rules
from tests.web.office_life import PHONE, busy, people, undelivered, waiting
from tests.web.office_room import NOW, OfficeRoom, office_book, office_room, words

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[OfficeRoom]:
    async with office_room(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
async def day(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OfficeRoom]:
    """A busy day at which tests only look."""
    async with office_room(tmp_path_factory.mktemp("office")) as opened:
        await busy(opened)
        yield opened


async def test_an_empty_shop_says_what_will_come(office: OfficeRoom) -> None:
    office.clock.turn(12 * 3600)
    hints = {
        "": "没有买家在等人工", "/now": "现在没有排班，也没有人在线", "/handovers": "换班时会自动生成",
        "/issues": "会自动登记", "/handovers?open=1": "都已确认", "/letters": "以后没送到的会列在这里",
        "/record": "没有买家咨询", "/roster": "09:00–18:00",
    }  # fmt: skip
    for path, hint in hints.items():
        assert hint in words(await office.page(path))


async def test_who_is_on_is_told_from_the_roster_and_the_clock(office: OfficeRoom) -> None:
    await people(office)
    told = words(await office.page())
    assert "a01 早班 售前 在线 15:00 1 / 6" in told
    assert "a11 售后班 售后 小休 15:00 0 / 6" in told
    assert "s01 主管班 主管 未上线 0 / 6" in told
    assert "x9 – 在线，没有排班 15:00" in told


async def test_an_agent_who_left_with_open_threads_is_told(office: OfficeRoom) -> None:
    await people(office)
    office.clock.turn(4 * 3600)
    await office.is_here("a01", AgentState.OFFLINE)
    assert "a01 – 已离开，手上还有会话 1 / 6" in words(await office.page())


async def test_who_waits_is_counted_by_group_hottest_first(office: OfficeRoom) -> None:
    await waiting(office)
    html = await office.page("/now")
    told = words(html)
    assert "正在等人工 3" in told
    assert "售后 1 1 小时 1 分 售前 1 1 分钟 主管 1 20 秒" in told
    assert html.index("w%2F3") < html.index("/webhook/w2") < html.index("/webhook/w1")
    assert 'href="/desk/t/webhook/w%2F3"' in html
    assert PHONE not in html


async def test_the_part_that_looks_again_is_the_pages_own(day: OfficeRoom) -> None:
    whole, part = await day.page(), await day.page("/now")
    assert 'data-live="/desk/office/now"' in whole
    assert part.strip() in whole
    assert "<html" not in part


async def test_first_responses_of_the_hour_are_told_apart(day: OfficeRoom) -> None:
    day.clock.moment = NOW
    told = words(await day.page("/now"))
    assert "人工 1 10.0 秒 0.0% 100.0%" in told
    assert "14:00 起共 1 轮，其中 0 轮还没有任何回复" in told


async def test_notices_are_sentences_and_go_when_they_are_seen(office: OfficeRoom) -> None:
    await busy(office)
    told = words(await office.page())
    for sentence in ("早班 从 15:00 开始，到现在没有人上线（排班：a01, a02）", "a07 显示在线却没有接待", "给 *** 回电"):
        assert sentence in told
    assert (await office.does("/notices/seen", id="n1")).status_code == 303
    assert "a07" not in await office.page()
    [kept] = [one for one in await office.store.notices(9, NOW.replace(hour=0)) if one.seen_at]
    assert (kept.id, kept.seen_by, office.notes()) == ("n1", "s01", ["office.notice_seen"])


async def test_the_pause_switch_tells_who_threw_it_and_when(office: OfficeRoom) -> None:
    assert "运行中" in words(await office.page())
    assert "机器人不再应答" in words(await office.page("/pause"))
    answer = await office.does("/pause", paused="on")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/office?told=paused")
    office.clock.turn(60)
    told = words(await office.page("?told=paused"))
    assert "已暂停 自 15:00 · 操作人 s01" in told
    assert "恢复之前不再自动发任何消息" in told
    assert (await office.store.vitals(NOW)).paused
    await office.does("/pause", paused="on")
    await office.does("/pause", paused="off")
    assert await office.store.pause() == Pause(False, office.clock(), "s01")
    assert office.notes() == ["office.pause", "office.pause", "office.resume"]


async def test_the_roster_says_the_same_as_a_chart_and_as_a_table(day: OfficeRoom) -> None:
    html = await day.page("/roster?week=2026-11-18")
    assert html.count('class="shift presale"') == html.count('<span class="clock">09:00–18:00</span> 早班') == 7
    assert 'role="img"' in html
    assert "style=" not in html
    assert "周五 11-20 今天" in words(html)
    assert 'class="now"' in html
    assert 'class="now"' not in await day.page("/roster?week=2026-11-25")
    assert 'href="?week=2026-11-09" rel="prev"' in html


async def test_gaps_overlaps_and_who_stands_in_two_places_are_marked(tmp_path: Path) -> None:
    plain = {"group": "presale", "days": "daily"}
    shifts = {
        "shifts": [
            {**plain, "name": "早班", "from": "09:00", "to": "18:00", "agents": ["a01"]},
            {**plain, "name": "晚班", "from": "16:00", "to": "+02:00", "agents": ["a01", "a03"]},
        ],
        "covers": [{"group": "presale", "from": "08:00", "to": "24:00"}],
        "special": [{"name": "双11", "dates": ["2026-11-18"], "close": ["晚班"]}],
        "leave": [{"agent": "a03", "dates": ["2026-11-19"]}],
    }
    async with office_room(tmp_path, book=book_of(TOPICS, rules(shifts=shifts))) as opened:
        html = await opened.page("/roster")
    told = words(html)
    assert "空档 08:00–09:00 售前" in told
    assert "同时两个班 16:00–18:00 a01: 早班 + 晚班" in told
    assert "重叠 16:00–18:00 早班 + 晚班" in told
    assert "00:00–02:00 晚班 售前 a01 a03" in told
    assert "空档 18:00–24:00 售前 双11" in told
    assert "请假: a03" in told
    assert "标红" in told
    assert [html.count(f'class="{kind}"') for kind in ("gap", "clash", "overlap")] == [8, 6, 6]


async def test_a_line_is_acknowledged_once_and_by_whom(office: OfficeRoom) -> None:
    await busy(office)
    told = words(await office.page("/handovers"))
    assert "共 3 条，未确认 2 条" in told
    assert "已确认 a11 15:00" in told
    assert "爱问尺码" not in await office.page("/handovers?open=1")
    done = await office.does("/handovers/acknowledge", id="h1", number="2", open="1")
    assert done.headers["location"] == "/desk/office/handovers?open=1&told=acknowledged"
    again = await office.does("/handovers/acknowledge", id="h1", number="2", day="2026-11-20")
    assert again.headers["location"] == "/desk/office/handovers?day=2026-11-20&told=acknowledged_before"
    owed = await office.store.commitment("p1")
    assert (owed.agent_id if owed else None, office.notes()) == ("s01", ["office.acknowledge"])
    assert (await office.does("/handovers/acknowledge", id="h1", number="99")).status_code == 404


async def test_whoever_the_roster_does_not_know_acknowledges_nothing(office: OfficeRoom) -> None:
    await busy(office)
    assert office.gate.who is not None
    office.gate.who = type(office.gate.who)("op1", "运营", office.gate.who.role, office.gate.who.token, "zh_CN", "l")
    assert "不在班表里" in words(await office.page("/handovers"))
    assert (await office.does("/handovers/acknowledge", id="h1", number="1")).status_code == 404


async def test_issues_are_grouped_and_settled_with_what_was_done(office: OfficeRoom) -> None:
    await busy(office)
    html = await office.page("/issues")
    told = words(html)
    assert "共 5 条，未处理 5 条" in told
    assert "2 发什么快递呀 上周 0 条 · 买家 2 位 · 未处理 2 条" in told
    assert "i1 · 尺码不合适" in told
    group = html.split("发什么快递呀")[1].split('name="id" value="')[1].split('"')[0]
    answer = await office.does("/issues/settle", id=group, remedy="写了一篇", week="2026-W47")
    assert answer.headers["location"] == "/desk/office/issues?week=2026-W47&told=settled"
    kept = await office.store.issue("i1")
    assert (kept.remedy, kept.settled_by) == ("写了一篇", "s01") if kept else False
    assert "发什么快递呀" not in (await office.page("/issues?open=1")).partition('class="apart"')[0]
    assert "写一句" in words((await office.does("/issues/settle", id=group, remedy=" ")).text)
    assert (await office.does("/issues/settle", id="2026-W47-ffff", remedy="好")).status_code == 404


async def test_issues_go_along_as_a_table(day: OfficeRoom) -> None:
    rows = list(csv.DictReader(io.StringIO((await day.page("/issues.csv?week=2026-W47")).removeprefix("\ufeff"))))
    assert sorted(int(row["次数"]) for row in rows) == [1, 1, 1, 2]
    feedback = await day.client.get("/desk/office/feedback.csv")
    assert 'filename="feedback-2026-W47.csv"' in feedback.headers["content-disposition"]
    assert "尺码不合适" in feedback.text


async def test_the_record_is_that_of_yeban_stats(day: OfficeRoom) -> None:
    book, date = office_book(), local_day(NOW, CHINA)
    found = await service_record(day.store, book.rules, book.works, date)
    for by in ("agent", "shift", "intent"):
        assert json.loads(await day.page(f"/record.json?by={by}")) == json.loads(json.dumps(plain(found, by)))
        assert (await day.client.get(f"/desk/office/record.csv?by={by}")).text == "\ufeff" + as_csv(found, by)
    told = words(await day.page("/record"))
    assert f"合计 {found.total.buyers} {found.total.served} {found.total.rounds} {found.total.unanswered}" in told
    assert sum(one.tally.rounds for one in found.hours) == found.total.rounds


async def test_figures_are_held_against_the_shops_targets(day: OfficeRoom) -> None:
    told = words(await day.page("/record"))
    assert "三分钟率 三分钟内 75.0% 4 ≥ 99% 未达标" in told
    assert "平均时长 平均 73.3 秒 3 ≤ 1 分钟 未达标" in told
    assert "没有目标 只看数 0.0% 4 – –" in told


async def test_charts_and_tables_of_the_record_tell_the_same(day: OfficeRoom) -> None:
    html = await day.page("/record")
    told = words(html)
    assert "media" not in told
    assert "买家发来图片或语音 2 买家要求人工 1" in told.split("原因 次数")[1]
    assert "<title>买家发来图片或语音 2</title>" in html
    assert "<title>10 已答 2</title>" in html
    assert "10 2 0" in told


async def test_letters_are_masked_explained_retried_and_dropped(office: OfficeRoom) -> None:
    await undelivered(office.store)
    html = await office.page("/letters")
    assert PHONE not in html
    told = words(html)
    assert "渠道已关闭这个会话" in told
    assert "连不上渠道" in told
    assert (await office.does("/letters/retry", id="l0")).headers["location"].endswith("told=retried")
    assert (await office.does("/letters/drop", id="l1")).headers["location"].endswith("told=unsure")
    assert [one.id for one in await office.store.letters(9)] == ["l2", "l1"]
    assert (await office.does("/letters/drop", id="l1", sure="yes")).headers["location"].endswith("told=dropped")
    assert [one.id for one in await office.store.letters(9)] == ["l2"]
    assert (await office.does("/letters/retry", id="l1")).status_code == 404
    assert office.notes() == ["office.letter_retry", "office.letter_drop"]


async def test_letters_are_turned_over_page_by_page(office: OfficeRoom) -> None:
    await undelivered(office.store, 45)
    seen, path = list[str](), "/letters"
    while path:
        html = await office.page(path)
        seen += [part.split("<")[0] for part in html.split("<code>")[1:]]
        _, older, rest = html.partition("?before=")
        path = "/letters?before=" + rest.partition('"')[0] if older else ""
    assert seen == [f"l{number}" for number in reversed(range(45))]
