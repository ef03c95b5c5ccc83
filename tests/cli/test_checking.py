"""`yeban check` and `yeban schema`: forms of output, warnings as errors, what a code host shows."""

import json
import os
import re
import sys
from io import StringIO
from pathlib import Path

import pytest

from bot.cli.annotations import gitee, github
from bot.cli.checking import OF_ASKS
from bot.content.examine import WARNINGS
from bot.content.schemas import NAMES
from bot.errors import Fault
from bot.words import catalogue
from tests.chaos.premises import Premises, furnish
from tests.content.desk import spoil

from .terminal import REPOSITORY, Printed, inside, refused_in_one_line

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(folder: Path) -> Premises:
    """Few replies, in folders of the working folder that are called otherwise than people are told."""
    return furnish(folder / "night")


def _check(capsys: Capture, shop: Premises, *arguments: str) -> Printed:
    return inside(capsys, "check", "--replies", str(shop.replies), "--rules", str(shop.rules), *arguments)


def _told(done: Printed) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.lines]


def test_clean_files_say_that_asks_were_not_judged(capsys: Capture, shop: Premises) -> None:
    done = _check(capsys, shop)
    assert (done.code, len(done.lines)) == (0, 2)
    assert "--warnings" in done.lines[1]
    assert _told(_check(capsys, shop, "--json"))[-1]["asks_judged"] is False


def test_a_check_says_first_which_folders_it_looked_at(capsys: Capture, shop: Premises) -> None:
    assert _check(capsys, shop).lines[0] == "查的文件夹：night/replies、night/rules"
    told = _told(_check(capsys, shop, "--json"))[-1]
    assert (told["replies"], told["rules"]) == ("night/replies", "night/rules")
    assert "night/replies、night/rules" in _check(capsys, shop, "--format", "github").lines[-2]
    assert "night/replies" in _check(capsys, shop, "--format", "gitee").lines[0]


@pytest.mark.parametrize(("kept", "gone"), [("replies", "rules"), ("rules", "replies")])
@pytest.mark.parametrize(
    "line", ["check", "check --format github", "try 你好", "recall --line a.md:1", "serve", "roster", "new x"]
)
def test_half_a_shop_is_never_made_whole_with_the_softwares_files(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch, kept: str, gone: str, line: str
) -> None:
    (folder / kept).mkdir()
    done = inside(capsys, *line.split())
    assert refused_in_one_line(done, 2)
    assert f"有 {kept}/，没有 {gone}/" in done.err
    variable = f"YEBAN_{gone.upper()}_DIR"
    assert variable in done.err
    monkeypatch.setenv(variable, str(folder / "elsewhere"))
    assert f"没有 {gone}/，不能" not in inside(capsys, *line.split()).err


def test_the_missing_half_may_be_named_where_it_is(capsys: Capture, shop: Premises, folder: Path) -> None:
    shop.replies.rename(folder / "replies")
    assert inside(capsys, "check", "--rules", str(shop.rules)).code == 0
    assert refused_in_one_line(inside(capsys, "check"), 2)


@pytest.mark.parametrize("command", ["pause", "resume"])
def test_the_kill_switch_obeys_beside_half_a_shop(capsys: Capture, folder: Path, command: str) -> None:
    (folder / "replies").mkdir()
    assert inside(capsys, command).code == 0


@pytest.mark.parametrize("form", ["github", "gitee"])
@pytest.mark.usefixtures("folder")
def test_a_pipeline_that_would_only_check_the_samples_fails(capsys: Capture, form: str) -> None:
    done = inside(capsys, "check", "--format", form)
    assert refused_in_one_line(done, 2)
    assert "没有 replies/、rules/" in done.err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("line", ["roster", "catalogue", "chat"])
def test_an_answer_from_the_samples_says_so_in_one_line(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO())
    done = inside(capsys, line)
    assert (done.code, done.err.count("\n"), done.err.count("用的是软件自带的示例")) == (0, 1, 1)
    for name in ("replies", "rules"):
        monkeypatch.setenv(f"YEBAN_{name.upper()}_DIR", str(REPOSITORY / name))
    monkeypatch.setattr("sys.stdin", StringIO())
    assert inside(capsys, line).err == ""


def test_files_of_the_software_are_never_taken_for_the_shops_without_a_word(capsys: Capture, shop: Premises) -> None:
    theirs = ("--replies", str(shop.replies))
    done = inside(capsys, "check", *theirs)
    assert (done.err, done.lines[0].count("软件自带")) == ("", 1)
    assert done.lines[0].startswith("查的文件夹：night/replies、/")
    for form in ("github", "gitee"):
        assert "软件自带" in inside(capsys, "check", *theirs, "--format", form).out
    told = inside(capsys, "check", *theirs, "--json")
    assert "没有 rules/" in told.err
    assert "replies" not in told.err.partition("，")[0].rpartition(" 里")[2]


@pytest.mark.parametrize("missing", ["", "nowhere", "notes.txt"])
@pytest.mark.parametrize("name", ["--replies", "--rules"])
def test_a_folder_that_is_named_and_not_there_is_refused(
    capsys: Capture, shop: Premises, folder: Path, name: str, missing: str
) -> None:
    (folder / "notes.txt").write_text("no folder", "utf-8")
    done = _check(capsys, shop, name, missing)
    assert refused_in_one_line(done, 2)
    assert f"“{missing}”；检查 {name}" in done.err


def test_so_is_one_that_the_environment_names(capsys: Capture, shop: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YEBAN_RULES_DIR", "nowhere")
    done = inside(capsys, "check", "--replies", str(shop.replies))
    assert refused_in_one_line(done, 2)
    assert "YEBAN_RULES_DIR" in done.err


def test_asks_are_judged_when_that_is_asked_for(capsys: Capture, shop: Premises) -> None:
    *warned, counted = _told(_check(capsys, shop, "--warnings", "--json"))
    assert (counted["asks_judged"], counted["warnings"]) == (True, len(warned))
    assert {one["code"] for one in warned} & {*OF_ASKS}


def test_a_file_in_the_wrong_place_is_a_warning_until_it_is_named_an_error(capsys: Capture, shop: Premises) -> None:
    (shop.replies / "notes.txt").write_text("记得改", "utf-8")
    done = _check(capsys, shop)
    assert (done.code, done.lines[1].split("  ")[0]) == (0, "replies/notes.txt:1")
    assert catalogue()["check.mark"] in done.lines[1]
    failed = _check(capsys, shop, "--error", "stray_file", "--json")
    assert (failed.code, _told(failed)[0]["severity"]) == (1, "fault")


def test_strict_makes_an_error_of_every_warning(capsys: Capture, shop: Premises) -> None:
    done = _check(capsys, shop, "--strict", "--json")
    *told, counted = _told(done)
    assert (done.code, counted["warnings"], counted["faults"]) == (1, 0, len(told))
    assert {one["severity"] for one in told} == {"fault"}


@pytest.mark.parametrize(
    "arguments", [("--error", "near_tei"), ("--error", "red_line"), ("--json", "--format", "github")]
)
def test_what_can_not_be_is_refused_in_one_line(capsys: Capture, shop: Premises, arguments: tuple[str, ...]) -> None:
    assert refused_in_one_line(_check(capsys, shop, *arguments), 2)


def test_every_warning_has_a_name_for_the_screen() -> None:
    assert [code for code in (*WARNINGS, *OF_ASKS) if f"check.{code}" not in catalogue()] == []


def test_github_is_told_where_the_file_really_lies(capsys: Capture, shop: Premises) -> None:
    line = spoil(shop.rules / "shop.yaml", "lead: 48h", "lead: bald")
    done = _check(capsys, shop, "--format", "github")
    assert done.code == 1
    assert done.lines[0].startswith(f"::error file=night/rules/shop.yaml,line={line},title=yeban bad_value::")


def test_gitee_gets_the_body_of_a_comment(capsys: Capture, shop: Premises) -> None:
    line = spoil(shop.rules / "shop.yaml", "lead: 48h", "lead: bald")
    done = _check(capsys, shop, "--format", "gitee")
    assert done.lines[0].startswith("**yeban check**: ")
    assert [row for row in done.lines if row.startswith(f"| `night/rules/shop.yaml:{line}` |")]


def test_signs_that_a_code_host_takes_for_its_own_are_escaped() -> None:
    fault = Fault("a,b:c.md", 3, "sample_says_else", {"says": "100%\r\n|<b>@you ::error::"})
    told = github(fault, fault.path)
    assert told.startswith("::error file=a%2Cb%3Ac.md,line=3,title=yeban sample_says_else::")
    assert "100%25%0D%0A" in told
    assert "\n" not in told
    row = gitee([(fault, "a.md")], "x").splitlines()[-1]
    assert re.findall(r"(?<!\\)[<>@]", row) == []
    assert len(re.findall(r"(?<!\\)\|", row)) == 4


def test_faults_are_told_although_warnings_were_asked_for(capsys: Capture, shop: Premises) -> None:
    spoil(shop.rules / "shop.yaml", "lead: 48h", "lead: bald")
    done = _check(capsys, shop, "--warnings", "--all")
    assert (done.code, len(done.lines)) == (1, 3)


def test_schemas_are_listed_printed_and_written(capsys: Capture, folder: Path) -> None:
    listed = inside(capsys, "schema")
    assert [line.split()[0] for line in listed.lines] == [*NAMES]
    assert inside(capsys, "schema", "shifts").object["$schema"]
    written = inside(capsys, "schema", "--dir", "schemas")
    assert written.lines == [f"schemas/{name}.schema.json" for name in NAMES]
    assert all(json.loads((folder / line).read_text("utf-8"))["title"] for line in written.lines)


@pytest.mark.usefixtures("folder")
def test_a_schema_of_nothing_is_refused_with_the_nearest(capsys: Capture) -> None:
    done = inside(capsys, "schema", "shift")
    assert (done.code, "shifts" in done.err, len(done.err.splitlines())) == (2, True, 1)


def test_a_link_is_told_where_it_lies_and_once(capsys: Capture, shop: Premises) -> None:
    (shop.replies / "again.md").symlink_to(next(shop.replies.glob("*/*.md")))
    [told] = _told(_check(capsys, shop, "--json"))
    assert (told["path"], told["code"]) == ("replies/again.md", "file_link")
    assert "file=night/replies/again.md," in _check(capsys, shop, "--format", "github").out


@pytest.mark.skipif(sys.platform != "linux", reason="this disk may have no such names")
def test_a_fault_of_a_name_stands_on_one_line(capsys: Capture, shop: Premises) -> None:
    for name in (b"\xb7\xa2.md", b"a\nb.md", b"c\nd.txt"):
        Path(os.fsdecode(os.fsencode(shop.replies) + b"/" + name)).write_text("亲", "utf-8")
    done = _check(capsys, shop)
    places = [r"replies/\xb7\xa2.md:1", r"replies/a\nb.md:1", r"replies/c\nd.txt:1"]
    assert (done.code, [line.split("  ")[0] for line in done.lines[1:4]]) == (1, places)
    assert done.err == ""


def test_a_merge_that_nobody_finished_is_told_of_a_whole_file(capsys: Capture, shop: Premises) -> None:
    rules = shop.rules / "shop.yaml"
    rules.write_text(f"<<<<<<< HEAD\n{rules.read_text('utf-8')}=======\n>>>>>>> theirs\n", "utf-8")
    [told] = _told(_check(capsys, shop, "--json"))
    assert (told["path"], told["line"], told["code"]) == ("rules/shop.yaml", 1, "merge_marker")


@pytest.mark.skipif(sys.platform != "linux", reason="this disk may have no such names")
def test_a_folder_whose_name_is_no_text_is_not_taken_for_an_argument(
    capsys: Capture, shop: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the terminal shows no escapes."""
    odd = Path(os.fsdecode(os.fsencode(shop.rules) + b"\xb7"))
    shop.rules.rename(odd)
    monkeypatch.setenv("YEBAN_RULES_DIR", str(odd))
    done = inside(capsys, "check", "--replies", str(shop.replies))
    assert refused_in_one_line(done, 1)
    assert (r"rules\xb7" in done.err, "参数" in done.err) == (True, False)
