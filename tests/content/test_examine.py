"""All faults at once: what rests on a broken file is not judged, and everything else is."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.examine import Examined, examine
from bot.content.files import Folders
from bot.content.folder import reply_paths
from bot.content.rules import MODELS
from bot.content.unknown import UNKNOWN, Unjudged, soundly
from bot.errors import Fault
from tests.chaos.premises import furnish

from .desk import spoil

Told = list[tuple[str, int, str]]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """Few replies and all rules, without a fault."""
    premises = furnish(tmp_path_factory.mktemp("small"))
    return Folders(premises.replies, premises.rules)


@pytest.fixture
def folders(small: Folders, tmp_path: Path) -> Folders:
    for folder in (small.replies, small.rules):
        shutil.copytree(folder, tmp_path / folder.name)
    return Folders(tmp_path / small.replies.name, tmp_path / small.rules.name)


def _told(found: Examined) -> Told:
    return [(fault.path, fault.line, fault.code) for fault in found.faults]


def test_files_without_a_fault_are_read_whole(small: Folders) -> None:
    found = examine(small)
    assert (found.faults, found.warnings) == ((), ())
    assert len(found.replies) == len(reply_paths(small.replies))


@pytest.mark.parametrize("name", ["shop", "shifts", "routing", "care", "promotions", "redlines", "concepts", "buyers"])
def test_of_a_rules_file_that_breaks_only_that_is_told(folders: Folders, name: str) -> None:
    (folders.rules / f"{name}.yaml").write_text("a: [\n", "utf-8")
    assert {(path, code) for path, _, code in _told(examine(folders))} == {(f"rules/{name}.yaml", "yaml_syntax")}


@pytest.mark.parametrize("name", ["shop", "shifts", "redlines", "flows"])
def test_of_a_rules_file_with_a_stray_key_only_that_is_told(folders: Folders, name: str) -> None:
    path = folders.rules / f"{name}.yaml"
    path.write_text(f"zzz: 1\n{path.read_text('utf-8')}", "utf-8")
    assert _told(examine(folders)) == [(f"rules/{name}.yaml", 1, "unknown_key")]


def test_of_a_reply_that_breaks_only_that_is_told(folders: Folders) -> None:
    for path in reply_paths(folders.replies)[::7]:
        text = path.read_text("utf-8")
        shown = f"replies/{path.relative_to(folders.replies).as_posix()}"
        path.write_text(text.replace("title: ", "title: x: ", 1), "utf-8")
        assert {(path, code) for path, _, code in _told(examine(folders))} == {(shown, "yaml_syntax")}
        path.write_text(text, "utf-8")


def test_a_broken_head_hides_nothing_of_the_body(folders: Folders) -> None:
    path = folders.replies / "shipping" / "carrier.md"
    path.write_text(
        path.read_text("utf-8").replace("title: ", "title: x: ", 1) + "\n~\n加我微信{{ shop.nmae }}\n", "utf-8"
    )
    assert {code for _, _, code in _told(examine(folders))} == {"yaml_syntax", "unknown_field", "red_line"}


def test_a_red_line_that_can_be_read_holds_beside_one_that_can_not(folders: Folders) -> None:
    lines = folders.rules / "redlines.yaml"
    text = lines.read_text("utf-8")
    lines.write_text(text.replace("国家级", "(国家级", 1), "utf-8")
    path = folders.replies / "shipping" / "carrier.md"
    path.write_text(path.read_text("utf-8") + "\n~\n加我微信\n", "utf-8")
    assert {code for _, _, code in _told(examine(folders))} == {"bad_value", "red_line"}


def test_a_fault_is_told_once(folders: Folders) -> None:
    spoil(folders.rules / "shop.yaml", "lead: 48h", "lead: bald")
    told = _told(examine(folders))
    assert len(told) == len(set(told)) == 1


def test_a_handbook_and_what_editors_leave_are_nobodys_replies(folders: Folders) -> None:
    for name in ("README.md", "readme.md", ".carrier.md", "carrier.md~", "#carrier.md#", "x.md.swp"):
        (folders.replies / name).write_text("---\n乱写\n", "utf-8")
    found = examine(folders)
    assert (found.faults, found.warnings) == ((), ())


def test_a_file_that_nobody_reads_is_told(folders: Folders) -> None:
    for name in ("carrier.MD", "carrier.md.txt"):
        (folders.replies / name).write_text("\ufeff---\nintent: x\n---\n", "utf-8")
    for name in ("notes.txt", "shot.png"):
        (folders.replies / name).write_text("记得改", "utf-8")
    found = examine(folders)
    assert _told(found) == [(f"replies/{name}", 1, "unread_reply") for name in ("carrier.MD", "carrier.md.txt")]
    assert [(one.path, one.code) for one in found.warnings] == [
        ("replies/notes.txt", "stray_file"),
        ("replies/shot.png", "stray_file"),
    ]
    assert all(one.what and one.remedy for one in (*found.faults, *found.warnings))


def test_what_is_not_known_can_not_be_used() -> None:
    def check() -> Sequence[Fault]:
        return [Fault("a", 1, "no_checks")] if UNKNOWN == 1 else []

    assert list(soundly(check)) == []
    for use in (bool, len, str, iter, hash, lambda one: one.name, lambda one: one + 1, lambda one: 1 in one):
        with pytest.raises(Unjudged):
            use(UNKNOWN)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_a_rules_file_holds_nothing_but_faults_comes_of_it(folders: Folders, data: st.DataObject) -> None:
    path = folders.rules / f"{data.draw(st.sampled_from([*MODELS]))}.yaml"
    text = path.read_text("utf-8")
    lines = text.split("\n")
    number = data.draw(st.integers(0, len(lines) - 1))
    head, colon, _ = lines[number].partition(":")
    values = st.sampled_from(["-1", "[x]", "x", "99999h", "9999-12-31", "9999-12-31 23:59", '"²"', "3x"])
    lines[number] = data.draw(st.sampled_from(["", f"{head}{colon} {data.draw(values)}"]))
    path.write_text("\n".join(lines), "utf-8")
    assert all(fault.what and fault.remedy for fault in examine(folders).faults)
    path.write_text(text, "utf-8")
