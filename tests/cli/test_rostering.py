"""`yeban roster`: who is on when, and what the days ahead lack."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from .terminal import REPOSITORY, inside

pytestmark = pytest.mark.usefixtures("folder")

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def rules(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shop's own `shifts.yaml`, to be changed."""
    copy = folder / "own"
    shutil.copytree(REPOSITORY / "rules", copy)
    monkeypatch.setenv("YEBAN_RULES_DIR", str(copy))
    return copy / "shifts.yaml"


def change(rules: Path, old: str, new: str) -> None:
    text = rules.read_text("utf-8")
    assert text.count(old) == 1
    rules.write_text(text.replace(old, new), "utf-8")


def proof(capsys: Capture, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = inside(capsys, "roster", *arguments, "--json")
    return done.code, json.loads(done.lines[-1])


def test_thirty_days_are_proved_unless_told_otherwise(capsys: Capture) -> None:
    code, told = proof(capsys, "--at", "2026-11-26")
    assert code == 0
    assert [told["days"][place]["day"] for place in (0, -1)] == ["2026-11-26", "2026-12-25"]
    assert len(told["days"]) == 30


def test_the_proof_tells_the_day_its_people_and_what_is_special(capsys: Capture) -> None:
    code, told = proof(capsys, "--at", "2026-12-19", "--days", "1")
    assert (code, told["holds"], told["gaps"], told["clashes"]) == (0, True, [], [])
    assert told["days"] == [
        {"day": "2026-12-19", "works": False, "special": [], "swaps": [["a11", "a13"]], "leave": []}
    ]
    assert told["on"][0] == {
        "day": "2026-12-19", "from": "2026-12-19 08:30", "to": "2026-12-19 15:00",
        "group": "aftersale", "shifts": ["售后周末上半班"], "agents": ["a11"],
    }  # fmt: skip
    assert told["overlaps"] == [
        {"from": "2026-12-19 16:00", "to": "2026-12-19 18:00", "group": "presale", "shifts": ["早班", "晚班"]}
    ]


def test_a_group_has_one_name_on_the_screen(capsys: Capture) -> None:
    shown = inside(capsys, "roster", "--at", "2026-11-26", "--days", "1").out
    assert "早班（售前）" in shown
    assert "presale" not in shown


def test_a_gap_is_told_and_fails(capsys: Capture, rules: Path) -> None:
    change(rules, 'to: "12:00", except: [春节]', 'to: "12:30", except: [春节]')
    code, told = proof(capsys, "--at", "2026-11-26", "--days", "2")
    assert (code, told["holds"]) == (1, False)
    assert told["gaps"] == [
        {"from": f"{day} 12:00", "to": f"{day} 12:30", "group": "presale"} for day in ("2026-11-26", "2026-11-27")
    ]
    done = inside(capsys, "roster", "--at", "2026-11-26", "--days", "2")
    assert done.code == 1
    assert "空档：2026-11-26 12:00 至 2026-11-26 12:30  售前没有人在岗" in done.lines
    assert done.lines[-1] == "2 天：2 处空档，0 处撞班"


def test_leave_that_nobody_stands_in_for_is_a_gap(capsys: Capture, rules: Path) -> None:
    change(rules, ', dates: ["2026-12-26"], stand_in: a12', ', dates: ["2026-12-26"]')
    change(
        rules,
        'on: [售后周末上半班], agents: [a12]}\n  - {at: "2026-12-27',
        'on: [售后周末上半班], agents: []}\n  - {at: "2026-12-27',
    )
    code, told = proof(capsys, "--at", "2026-12-26", "--days", "1")
    assert code == 1
    assert told["gaps"] == [{"from": "2026-12-26 10:00", "to": "2026-12-26 14:00", "group": "aftersale"}]
    assert "（无人）" in inside(capsys, "roster", "--at", "2026-12-26", "--days", "1").out


def test_an_agent_in_two_places_fails(capsys: Capture, rules: Path) -> None:
    change(rules, "agents: [s01]\n", "agents: [s01, a11]\n")
    text = rules.read_text("utf-8")
    rules.write_text(text[: text.index("checks:")] + 'checks: [{at: "2026-10-29 00:00", on: []}]\n', "utf-8")
    code, told = proof(capsys, "--at", "2026-11-26", "--days", "1")
    assert code == 1
    assert told["clashes"] == [
        {"from": "2026-11-26 10:00", "to": "2026-11-26 18:00", "agent": "a11", "shifts": ["售后早班", "主管班"]}
    ]
    done = inside(capsys, "roster", "--at", "2026-11-26", "--days", "1")
    assert "撞班：2026-11-26 10:00 至 2026-11-26 18:00  a11 同时在 售后早班、主管班" in done.lines


def test_the_screen_says_what_is_out_of_the_ordinary(capsys: Capture) -> None:
    done = inside(capsys, "roster", "--at", "2026-12-21", "--days", "11")
    heads = [line for line in done.lines if line[11:12] == "周"]
    assert heads[:3] == ["2026-12-21 周一  调班 a11、a13", "2026-12-22 周二", "2026-12-23 周三  请假 a12"]
    assert heads[5] == "2026-12-26 周六  请假 a13，a12 代班"
    assert heads[-1] == "2026-12-31 周四  放假"
    assert done.lines[-1] == "11 天：没有空档，没有撞班"


def test_the_screen_says_who_is_there_in_every_minute_of_a_day(capsys: Capture) -> None:
    done = inside(capsys, "roster", "--at", "2026-11-11", "--days", "1")
    assert done.lines[0] == "2026-11-11 周三  双11"
    morning = "00:00-02:00 a01,a02；09:00-12:00 a03；13:00-16:00 a03"
    assert done.lines[6:] == [
        f"  售前在岗  {morning}；16:00-18:00 a03,a01,a02；18:00-24:00 a01,a02",
        "  售后在岗  09:00-18:00 a11,a12",
        "  主管在岗  10:00-19:00 s01",
        "两班同时在岗（不算错）：售前 早班、晚班，1 段，第一段 2026-11-11 16:00 至 2026-11-11 18:00",
        "1 天：没有空档，没有撞班",
    ]


def test_an_adjusted_saturday_is_said(capsys: Capture) -> None:
    assert inside(capsys, "roster", "--at", "2026-10-10", "--days", "1").lines[0] == "2026-10-10 周六  调休上班"


def test_without_promised_hours_no_gap_can_be_looked_for(capsys: Capture, rules: Path) -> None:
    text = rules.read_text("utf-8")
    rules.write_text(text[: text.index("covers:")] + text[text.index("# 自查：") :], "utf-8")
    done = inside(capsys, "roster", "--at", "2026-11-26", "--days", "1")
    assert (done.code, "covers" in done.lines[-1]) == (0, True)
