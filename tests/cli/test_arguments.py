"""The command line's own words: help and misuse, none of them argparse's."""

import re
from importlib.metadata import version

import pytest

from bot.cli.arguments import Parser
from bot.cli.parser import ARGUMENTS

from .terminal import inside, refused_in_one_line

Capture = pytest.CaptureFixture[str]
_ARGPARSE = re.compile(
    r"usage|positional|options:|show this|required|invalid|unrecognized|expected|choose", re.IGNORECASE
)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "yeban：少了 COMMAND；写法见 yeban --help"),
        ("chekc", "COMMAND 不能是 chekc（是不是想写 check），可选：serve、check、"),
        ("check --jsno", "yeban check：不认识 --jsno（是不是想写 --json）；写法见 yeban check --help"),
        ("check --jsno=5 x", "（是不是想写 --json）"),
        ("check -x", "yeban check：不认识 -x；"),
        ("try a b", "yeban try：不认识 b；写法见 yeban try --help"),
        ("check --format", "yeban check：--format 后面要写一个值；"),
        ("check --format xml", "--format 不能是 xml，可选：text、json、github、gitee；"),
        ("check --json=5", "--json 后面不能写值（5）"),
        ("check --formt xml", "不认识 --formt xml（是不是想写 --format）；"),
        ("coverage --limit 3", "不认识 --limit 3；"),
        ("rollback --resume", "不认识 --resume；"),
        ("check -- x", "不认识 "),
        ("roster --days x", "--days：“x”不行；"),
        ("serve --workers x", "--workers：“x”不是整数"),
        ("replay --limit=0", "--limit：“0”不行；"),
        ("check --re x", None),
        ("eval", "yeban eval：少了 FILE；"),
        ("issues settle", "yeban issues settle：少了 ID, --remedy；"),
        ("agent", "yeban agent：少了 ACTION；"),
        ("suggest --o x --l 3 --un", "yeban suggest：--until 后面要写一个值"),
        ("recall --s x", "yeban recall：--s 可能是 --since、--say、--send，写全；"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_misuse_is_told_in_chinese_with_what_was_meant(capsys: Capture, line: str, told: str | None) -> None:
    done = inside(capsys, *line.split())
    assert refused_in_one_line(done, 2)
    assert (told or "") in done.err
    assert not _ARGPARSE.search(done.err)


@pytest.mark.parametrize(
    "line",
    [
        ("replay", "--from", ""), ("replay", "--to", " "), ("replay", "--to="), ("rollback", ""),
        ("recall", "--line", "a.md:1", "--commit", ""), ("recall", "--line", "a.md:1", "--version", "\t"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("folder")
def test_an_empty_version_is_refused_and_not_taken_for_the_newest(capsys: Capture, line: tuple[str, ...]) -> None:
    done = inside(capsys, *line)
    assert refused_in_one_line(done, 2)
    assert "版本是空的" in done.err


def test_what_argparse_may_say_some_day_is_told_in_general(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        Parser("yeban").error("a novelty\nin two lines")
    assert capsys.readouterr().err == "yeban：参数不对（a novelty in two lines）；写法见 yeban --help\n"


@pytest.mark.parametrize("line", ["coverage --limit 3", "rollback --resume", "check -- x", "check --format xml"])
@pytest.mark.usefixtures("folder")
def test_nothing_is_proposed_where_nothing_is_alike(capsys: Capture, line: str) -> None:
    done = inside(capsys, *line.split())
    assert refused_in_one_line(done, 2)
    assert "是不是想写" not in done.err


def test_the_version_is_the_packages(capsys: Capture) -> None:
    done = inside(capsys, "--version")
    assert (done.code, done.out, done.err) == (0, f"yeban {version('yeban')}\n", "")


@pytest.mark.parametrize("name", ["", *ARGUMENTS])
def test_every_help_has_headings_of_ours(capsys: Capture, name: str) -> None:
    done = inside(capsys, *name.split(), "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"用法：yeban {name}".rstrip())
    assert "显示这份说明" in done.out
    assert not _ARGPARSE.search(done.out)
