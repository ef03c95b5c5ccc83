"""Whatever language a terminal was set to, a command prints UTF-8 and no traceback."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.settings import PREFIX
from tests.chaos.premises import Premises, furnish

from .terminal import REPOSITORY

PLAIN = {"LC_ALL": "C", "PYTHONUTF8": "0"}  # no letters but ASCII
CHINESE = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp936"}  # as in a Chinese Windows
_SET = ("LC_ALL", "LC_CTYPE", "LANG", "PYTHONIOENCODING", "PYTHONUTF8")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Premises:
    return furnish(tmp_path_factory.mktemp("店"))


def _printed(
    folder: Path, shop: Premises, env: Mapping[str, str], *arguments: str | bytes, typed: bytes = b""
) -> tuple[int, str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX) and name not in _SET}
    named = {"YEBAN_REPLIES_DIR": str(shop.replies), "YEBAN_RULES_DIR": str(shop.rules), "PYTHONPATH": str(REPOSITORY)}
    line = [sys.executable, "-m", "bot", *arguments]
    told = {**clean, **named, **env}
    done = subprocess.run(line, cwd=folder, env=told, input=typed, capture_output=True, check=False, timeout=60)
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


@pytest.mark.parametrize("env", [PLAIN, CHINESE], ids=["C", "cp936"])
def test_what_a_command_prints_is_utf_8(tmp_path: Path, shop: Premises, env: Mapping[str, str]) -> None:
    (tmp_path / "句子.jsonl").write_text('{"id": "1", "text": "发什么快递\U0001f600"}\n', "utf-8")
    code, out, err = _printed(tmp_path, shop, env, "try", "--jsonl", "句子.jsonl")
    assert (code, err) == (0, "")
    assert '"text": "发什么快递\U0001f600"' in out
    assert _printed(tmp_path, shop, env, "chekc")[2].startswith("yeban：COMMAND 不能是 chekc（是不是想写 check）")
    assert _printed(tmp_path, shop, env, "check")[1].startswith(f"查的文件夹：{shop.replies}、")
    assert "显示这份说明" in _printed(tmp_path, shop, env, "recall", "--help")[1]


def test_an_argument_is_read_though_the_locale_knows_no_letters_for_it(tmp_path: Path, shop: Premises) -> None:
    code, out, err = _printed(tmp_path, shop, PLAIN, "try", "发什么快递")
    assert (code, err, "读作    发什么快递" in out) == (0, "", True)


@pytest.mark.parametrize(("env", "encoding"), [(PLAIN, "utf-8"), (CHINESE, "cp936")], ids=["C", "cp936"])
def test_what_is_typed_is_read_in_the_terminals_encoding(
    tmp_path: Path, shop: Premises, env: Mapping[str, str], encoding: str
) -> None:
    typed = "发什么快递\n".encode(encoding) + b"\xff\xff\n\n"
    code, out, err = _printed(tmp_path, shop, env, "chat", typed=typed)
    assert (code, err, "中通、圆通、韵达" in out) == (0, "", True)


@pytest.mark.skipif(os.name != "posix", reason="elsewhere arguments are text")
@pytest.mark.parametrize(
    "arguments", [("explain", b"\xff\xfe"), ("try", b"\xe5\xa4"), ("recall", "--line", b"\xff.md:1")]
)
def test_bytes_that_are_no_text_end_in_one_line(
    tmp_path: Path, shop: Premises, arguments: tuple[str | bytes, ...]
) -> None:
    code, _, err = _printed(tmp_path, shop, {"PYTHONUTF8": "1"}, *arguments)
    assert (code in {0, 1, 2}, "Traceback" in err, err.count("\n") <= 1) == (True, False, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk is always full here")
@pytest.mark.parametrize("arguments", [("check",), ("check", "--help")])
def test_a_full_disk_ends_in_one_line(shop: Premises, arguments: tuple[str, ...]) -> None:
    named = {"YEBAN_REPLIES_DIR": str(shop.replies), "YEBAN_RULES_DIR": str(shop.rules), "PYTHONPATH": str(REPOSITORY)}
    line, told = [sys.executable, "-m", "bot", *arguments], {**os.environ, **named}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(line, env=told, stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
    assert (done.returncode, done.stderr.decode()) == (1, "写到一半，磁盘满了；腾出空间后再来一次\n")
