"""`try`, `check`, `roster`, `schema`: what is printed, and how misuse is refused."""

import json
import shutil
from pathlib import Path

import pytest

from .terminal import NIGHT, REPOSITORY, inside, refused_in_one_line

pytestmark = pytest.mark.usefixtures("folder")

Capture = pytest.CaptureFixture[str]


def test_the_screen_of_try_shows_the_decision_and_the_line_it_came_from(capsys: Capture) -> None:
    done = inside(capsys, "try", "发什么快递", "--at", NIGHT)
    assert done.code == 0
    assert "carrier 100%" in done.out
    assert "replies/shipping/carrier.md:" in done.out
    assert "shipping/carrier ## default" in done.out


def test_the_source_is_the_line_of_the_wording(capsys: Capture) -> None:
    told = inside(capsys, "try", "发什么快递", "--at", NIGHT, "--json").object
    path, _, line = str(told["source"]).rpartition(":")
    assert (REPOSITORY / path).read_text("utf-8").split("\n")[int(line) - 1].startswith("亲")


def test_an_order_that_is_named_is_known(capsys: Capture) -> None:
    told = inside(capsys, "try", "我的快递到哪了", "--order", "8800000000000001", "--at", NIGHT, "--json").object
    assert (told["intents"], told["decision"], told["variant"]) == (["logistics_query"], "answer", "shipped")
    assert "75300000000001" in str(told["reply"])


def test_without_an_order_none_is_assumed(capsys: Capture) -> None:
    told = inside(capsys, "try", "我的快递到哪了", "--at", NIGHT, "--json").object
    assert told["intents"] == ["logistics_query"]
    assert told["decision"] in {"ask", "hand_off"}
    assert "75300000000001" not in str(told["reply"])


def test_an_item_that_is_named_is_known(capsys: Capture) -> None:
    told = inside(capsys, "try", "165 52公斤穿什么码", "--item", "i1001", "--at", NIGHT, "--json").object
    assert (told["intents"], told["slots"]) == (["size_fit"], {"height": "165", "weight": "52"})
    assert told["decision"] == "answer"
    assert str(told["variant"]).startswith("size_")


def test_what_is_not_understood_makes_no_claim(capsys: Capture) -> None:
    told = inside(capsys, "try", "嗯嗯那个就是上次说的那个事情", "--at", NIGHT, "--json").object
    assert told["intents"] == []
    assert isinstance(told["score"], float)
    assert float(told["score"]) < 1


def test_the_same_words_get_the_same_answer(capsys: Capture) -> None:
    asked = ("try", "什么时候发货", "--at", NIGHT, "--json")
    assert inside(capsys, *asked) == inside(capsys, *asked)


@pytest.mark.parametrize("moment", ["tomorrow", "2026-13-01", "0001-01-01T00:00", "9999-12-31T23:59"])
@pytest.mark.parametrize("command", [("try", "你好"), ("roster",)])
def test_a_time_that_is_none_is_misuse(capsys: Capture, command: tuple[str, ...], moment: str) -> None:
    assert refused_in_one_line(inside(capsys, *command, "--at", moment), 2)


@pytest.mark.parametrize(
    "arguments",
    [
        ("try",),
        ("try", "你好", "--jsonl", "x.jsonl"),
        ("try", "--jsonl", "missing.jsonl"),
        ("try", "你好", "--item", "no-such-item"),
        ("try", "你好", "--order", "no-such-order"),
        ("try", "你好", "再见"),
        ("schema", "shfits"),
        ("roster", "--days", "0"),
        ("roster", "--days", "99999999"),
        ("roster", "--days", "two"),
        ("eval",),
        ("eval", "missing.jsonl"),
        ("serve", "--port", "http"),
        ("nonsense",),
        ("check", "--jsno"),
    ],
)
def test_misuse_is_one_line_and_exit_code_two(capsys: Capture, arguments: tuple[str, ...]) -> None:
    assert refused_in_one_line(inside(capsys, *arguments), 2)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("issues", "--week", "2026-W54"), "--week：没有“2026-W54”这一周；写成 2026-W48"),
        (("issues", "feedback", "--week", "下周"), "--week：没有“下周”这一周；写成 2026-W48"),
        (
            ("issues", "feedback", "--since", "11-22"),
            "--since：看不懂的日期“11-22”；写成 2026-11-22，年份在 1970 到 2199",
        ),
        (("stats", "--day", "9999-12-31"), "--day：看不懂的日期“9999-12-31”；写成 2026-11-22，年份在 1970 到 2199"),
        (("issues", "--limit", "0"), "--limit：“0”不行；这里要 1 到 100000 的整数"),
        (("roster", "--days", "two"), "--days：“two”不行；这里要 1 到 366 的整数"),
        (("serve", "--port", "99999"), "--port：“99999”不行；这里要 0 到 65535 的整数"),
        (("serve", "--workers", "many"), "--workers：“many”不是整数"),
        (("db", "prune", "--older-than", "soon"), "--older-than：看不懂的时长“soon”；写成 90d、24h、30m，最长 36500d"),
        (("nudges", "--window", "5s"), "--window：时长“5s”太短；至少一分钟，写成 30m、24h、7d"),
        (("buyer", "tag", "b1", " "), "TAG：标签不能为空白，最多 32 个字，不含控制字符"),
    ],
)
def test_a_value_that_cannot_be_read_is_told_in_chinese_with_the_remedy(
    capsys: Capture, arguments: tuple[str, ...], told: str
) -> None:
    done = inside(capsys, *arguments)
    assert (done.code, done.out, done.err) == (2, "", f"{told}\n")


@pytest.mark.parametrize(
    ("line", "word"), [("{", "lines.jsonl:2"), ("5", "id"), ('{"id": "1"}', "text"), ('["id", "text"]', "id")]
)
def test_a_line_that_is_no_message_is_named(capsys: Capture, folder: Path, line: str, word: str) -> None:
    (folder / "lines.jsonl").write_text(f'{{"id": "1", "text": "你好"}}\n{line}\n')
    done = inside(capsys, "try", "--jsonl", "lines.jsonl", "--at", NIGHT)
    assert (done.code, done.err.count("\n"), len(done.lines)) == (2, 1, 1)
    assert "lines.jsonl:2" in done.err
    assert word in done.err


def test_clean_files_are_counted(capsys: Capture) -> None:
    done = inside(capsys, "check", "--json")
    assert done.code == 0
    *warnings, counted = [json.loads(line) for line in done.lines]
    assert (counted["faults"], counted["warnings"]) == (0, len(warnings))
    assert min(counted["topics"], counted["asks"]) > 100
    assert {warning["severity"] for warning in warnings} <= {"warning"}


def test_every_fault_is_a_line_with_place_what_and_remedy(capsys: Capture, folder: Path) -> None:
    rules = _spoilt(folder)
    done = inside(capsys, "check", "--rules", str(rules))
    where, *told, counted = done.lines
    assert (done.code, done.err, counted.startswith("错误 2 处")) == (1, "", True)
    assert "软件自带" in where
    assert [line.split("  ")[0] for line in told] == ["rules/shop.yaml:2", "rules/sizes.yaml:1"]
    assert all(len(line.split("  ")) == 3 for line in told)


def test_faults_as_json_carry_their_code(capsys: Capture, folder: Path) -> None:
    done = inside(capsys, "check", "--rules", str(_spoilt(folder)), "--json")
    told = [json.loads(line) for line in done.lines]
    assert done.code == 1
    assert [list(one) for one in told] == [["path", "line", "code", "what", "remedy", "severity"]] * 2
    assert [(one["path"], one["line"], one["code"]) for one in told] == [
        ("rules/shop.yaml", 2, "unknown_key"),
        ("rules/sizes.yaml", 1, "missing_file"),
    ]


def test_a_command_that_needs_the_files_tells_their_faults_too(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YEBAN_RULES_DIR", str(_spoilt(folder)))
    done = inside(capsys, "try", "你好")
    assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 2)


def _spoilt(folder: Path) -> Path:
    """Rules with an unknown key (and its right one gone, by another name) and a file missing."""
    rules = folder / "spoilt"
    shutil.copytree(REPOSITORY / "rules", rules)
    text = (rules / "shop.yaml").read_text("utf-8").split("\n")
    (rules / "shop.yaml").write_text("\n".join([text[0], "colour: red", *text[1:]]), "utf-8")
    (rules / "sizes.yaml").unlink()
    return rules


def test_the_roster_tells_who_is_on_when(capsys: Capture) -> None:
    done = inside(capsys, "roster", "--days", "1", "--at", "2026-10-28", "--json")
    *told, proof = [json.loads(line) for line in done.lines]
    assert (done.code, proof["holds"]) == (0, True)
    assert told[0] == {
        "from": "2026-10-28 09:00", "to": "2026-10-28 12:00", "shift": "早班", "group": "presale", "agents": "a01,a02",
    }  # fmt: skip
    assert {one["shift"] for one in told} == {"早班", "晚班", "售后早班", "主管班"}


def test_a_late_shift_is_told_with_the_day_on_which_it_ends(capsys: Capture) -> None:
    done = inside(capsys, "roster", "--days", "1", "--at", "2026-11-11")
    assert any("2026-11-11 16:00" in line and "2026-11-12 02:00" in line for line in done.lines)


@pytest.mark.parametrize("name", ["shop", "shifts", "nudges"])
def test_a_schema_forbids_what_it_does_not_know(capsys: Capture, name: str) -> None:
    done = inside(capsys, "schema", name)
    assert (done.code, done.object["additionalProperties"]) == (0, False)
