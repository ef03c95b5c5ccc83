"""`yeban new` and `yeban init` as an operator uses them, with real git."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.content.calendar import works_of
from bot.content.check import faults_across
from bot.content.files import REPLIES, read_files
from bot.content.provenance import commit_of
from bot.content.replies import read_reply
from bot.content.rules import MODELS, read_rules
from bot.content.strictyaml import parse
from bot.settings import read_settings, shipped
from tests.chaos.premises import furnish

from .terminal import REPOSITORY, inside, refused_in_one_line

IDENTITY = "[user]\n\tname = 运营\n\temail = a@example.invalid\n"


@pytest.fixture(name="home", autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of one's own: a user whom git knows, and `yeban` on the path."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    home, tools = tmp_path / "home", tmp_path / "bin"
    home.mkdir()
    tools.mkdir()
    (home / ".gitconfig").write_text(IDENTITY, "utf-8")
    script = f'#!/bin/sh\nPYTHONPATH="{REPOSITORY}" PYTHONUTF8=1 exec "{sys.executable}" -m bot "$@"\n'
    (tools / "yeban").write_text(script, "utf-8")
    (tools / "yeban").chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    return home


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)


def test_a_new_shop_has_everything_and_is_committed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = inside(capsys, "init", "shop")
    shop = tmp_path / "shop"
    assert (done.code, done.err, len(done.lines)) == (0, "", 3)
    assert _git(shop, "status", "--porcelain").stdout == ""
    assert _git(shop, "log", "--format=%an").stdout == "运营\n"
    for name in ("replies", "rules"):
        own = {path.relative_to(shop / name): path.read_bytes() for path in (shop / name).rglob("*.*")}
        assert own == {path.relative_to(shipped(name)): path.read_bytes() for path in shipped(name).rglob("*.*")}


def test_a_new_shop_is_checked_by_its_own_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inside(capsys, "init", "shop")
    shop = tmp_path / "shop"
    settings = read_settings({}, shop)
    assert (settings.replies, settings.rules) == (shop / "replies", shop / "rules")
    rules = read_rules(settings.rules)
    files = read_files(settings.replies, None)
    replies = [read_reply(files, path) for path in files.below(REPLIES)]
    assert faults_across(replies, rules, works_of(rules.rules)) == []
    commit = _git(shop, "rev-parse", "--short=12", "HEAD").stdout.strip()
    assert commit_of(settings.replies, settings.rules) == commit


def test_the_checks_and_the_editors_settings_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inside(capsys, "init", "shop")
    shop = tmp_path / "shop"
    steps = parse((shop / ".github/workflows/check.yml").read_text("utf-8"), "check.yml").value
    assert isinstance(steps, dict)
    runs = [step["run"] for step in steps["jobs"]["check"]["steps"] if "run" in step]
    assert (runs[0].startswith("pip install yeban=="), "@" in runs[0]) == (True, False)
    assert runs[1].startswith("yeban check")
    mapping = json.loads((shop / ".vscode/settings.json").read_text("utf-8"))["yaml.schemas"]
    assert set(mapping.values()) == {f"rules/{name}.yaml" for name in MODELS}
    assert all("properties" in json.loads((shop / schema).read_text("utf-8")) for schema in mapping)
    assert all(command in (shop / "README.md").read_text("utf-8") for command in ("yeban check", "yeban try"))


def test_the_hook_refuses_a_broken_reply_and_lets_a_good_one_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside(capsys, "init", "shop")
    shop = tmp_path / "shop"
    _small(shop)
    carrier = shop / "replies/shipping/carrier.md"
    good = carrier.read_text("utf-8")
    carrier.write_text(good.replace("具体哪家", "今天发货，具体哪家"), "utf-8")
    _git(shop, "add", "--all")
    refused = _git(shop, "commit", "-m", "坏的")
    assert refused.returncode == 1
    assert "replies/shipping/carrier.md:" in refused.stderr
    assert "今天发货" in refused.stderr

    carrier.write_text(good.replace("具体哪家", "到底哪家"), "utf-8")
    assert _git(shop, "commit", "-m", "还是坏的").returncode == 1, "what counts is what is staged"
    _git(shop, "add", "--all")
    passed = _git(shop, "commit", "-m", "好的")
    assert passed.returncode == 0, passed.stderr
    assert _git(shop, "show", "--stat", "--format=%s").stdout.startswith("好的")


def _small(shop: Path) -> None:
    """The same repository with a small shop's files, which are checked in a moment."""
    premises = furnish(shop.parent / "small")
    for name in ("replies", "rules"):
        shutil.rmtree(shop / name)
        shutil.move(getattr(premises, name), shop / name)
    _git(shop, "add", "--all")
    assert _git(shop, "commit", "--no-verify", "-m", "小店").returncode == 0


def test_a_change_of_something_else_is_not_held_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inside(capsys, "init", "shop")
    shop = tmp_path / "shop"
    (tmp_path / "bin/yeban").unlink()
    (shop / "README.md").write_text("我们店\n", "utf-8")
    assert _git(shop, "commit", "--all", "-m", "说明").returncode == 0


def test_without_the_command_nothing_passes_unchecked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inside(capsys, "init", "shop")
    shop = tmp_path / "shop"
    with (shop / "rules/shop.yaml").open("a", encoding="utf-8") as file:
        file.write("# 注\n")
    monkeypatch.setenv("PATH", os.pathsep.join(("/usr/bin", "/bin")))
    done = _git(shop, "commit", "--all", "-m", "改")
    assert (done.returncode, "yeban" in done.stderr) == (1, True)


def test_whom_git_does_not_know_commits_later(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / ".gitconfig").write_text("", "utf-8")
    done = inside(capsys, "init", "shop")
    assert (done.code, "user.email" in done.out) == (0, True)
    (home / ".gitconfig").write_text(IDENTITY, "utf-8")
    assert _git(tmp_path / "shop", "log").returncode != 0
    assert _git(tmp_path / "shop", "config", "core.hooksPath").stdout == ".githooks\n"
    assert _git(tmp_path / "shop", "ls-files", "--stage", ".githooks/pre-commit").stdout.startswith("100755")


def test_without_git_the_files_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    done = inside(capsys, "init", "shop")
    assert (done.code, "git init" in done.out) == (0, True)
    assert (tmp_path / "shop/rules/shop.yaml").is_file()


def test_a_folder_in_use_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/mine").write_text("我的", "utf-8")
    (tmp_path / "file").write_text("我的", "utf-8")
    assert refused_in_one_line(inside(capsys, "init", "shop"), 2)
    assert refused_in_one_line(inside(capsys, "init", "file"), 2)
    assert refused_in_one_line(inside(capsys, "init", "file/below"), 1)
    assert [path.name for path in (tmp_path / "shop").iterdir()] == ["mine"]


def test_a_draft_lacks_only_ways_of_asking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    premises = furnish(tmp_path)
    done = inside(capsys, "new", "gift_box", "--title", "礼盒包装", "--group", "shipping")
    assert (done.code, "replies/shipping/gift_box.md" in done.out) == (0, True)
    told = inside(capsys, "check", "--replies", str(premises.replies), "--rules", str(premises.rules), "--json")
    (fault,) = [json.loads(line) for line in told.lines]
    assert (told.code, fault["code"], fault["line"]) == (1, "too_few_asks", 4)
    assert refused_in_one_line(inside(capsys, "new", "gift_box", "--title", "礼盒", "--group", "social"), 2)


def test_the_installed_example_is_not_written_into(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused_in_one_line(inside(capsys, "new", "gift_box", "--title", "礼盒", "--group", "product"), 2)
    nowhere = inside(capsys, "new", "gift_box", "--title", "礼盒", "--replies", str(tmp_path / "nowhere"))
    assert refused_in_one_line(nowhere, 2)
    assert not (shipped("replies") / "product/gift_box.md").exists()
