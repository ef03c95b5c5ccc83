"""Patches that real git takes, whatever buyers wrote and however the file is laid out."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.content.files import read_files
from bot.content.patching import diff, draft, scalar, with_asks
from bot.content.replies import read_reply
from bot.content.strictyaml import parse
from bot.errors import ContentError

PLAIN = "---\nintent: a\ntitle: 甲\nasks:\n  - 一\n  # 备注\n  - '二'\nnot_asks:\n  三: oos\n---\n## default\n亲\n"
ODD = (
    "能发吗: 急", "- 带杠", '他说"好"', "it's ok", "井号#", "L码 #黑色", "😀可以吗", "👨‍👩‍👧一家", "NO", "18:00",
    "null",
    "~", "@我", "%5", "[方]", "{花}", "a, b", "? 问", "! 叹", "&x", "*x", "| 竖", "> 大于", "反\\斜", "`反引`", "---",
    "... 省略", "是:", "'引'", "中\u2028行", "尾巴 ",
)  # fmt: skip
LAYOUTS = {
    "block": PLAIN,
    "no newline at the end": PLAIN[:-1],
    "not indented": PLAIN.replace("  - ", "- "),
    "flow": PLAIN.replace("\n  - 一\n  # 备注\n  - '二'", " [一, '二']  # 备注"),
    "flow over lines": PLAIN.replace("\n  - 一\n  # 备注\n  - '二'", " [一,\n  '二',\n  ]"),
    "windows": PLAIN.replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + PLAIN,
    "last item over two lines": PLAIN.replace("- '二'", "- 二\n    又"),
    "block scalar": PLAIN.replace("- '二'", "- |-\n    二\n    又"),
    "last in the head": PLAIN.replace("not_asks:\n  三: oos\n", ""),
    "short": "---\nintent: a\ntitle: 甲\nasks: [一]\n---\n## default\n亲",
}


def git(folder: Path, *arguments: str, told: str = "") -> None:
    done = subprocess.run(["git", "-C", str(folder), *arguments], input=told.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("name", LAYOUTS)
def test_lines_are_added_and_nothing_else_changes(name: str, tmp_path: Path) -> None:
    old, path = LAYOUTS[name], tmp_path / "a.md"
    new = with_asks(old, ODD)
    assert new is not None
    path.write_bytes(old.encode())
    before = read_reply(read_files(tmp_path, None), "replies/a.md").topic
    path.write_bytes(new.encode())
    after = read_reply(read_files(tmp_path, None), "replies/a.md").topic
    told = [ask.text for ask in after.asks]
    assert told == [*(ask.text for ask in before.asks), *ODD]
    assert [ask.text for ask in after.not_asks] == [ask.text for ask in before.not_asks]
    assert new.replace("\r", "").endswith("## default\n亲\n"[: None if old.endswith("\n") else -1])
    assert new.count("\r") == (new.count("\n") if "\r" in old else 0)


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("folder", ["replies", "shop/客服 话术"])
def test_git_applies_the_patch_to_the_byte(name: str, folder: str, tmp_path: Path) -> None:
    old = LAYOUTS[name]
    new, path = with_asks(old, ODD), tmp_path / folder / "a.md"
    path.parent.mkdir(parents=True)
    path.write_bytes(old.encode())
    git(tmp_path, "init", "-q")
    head = "# 看过再用\n# diff --git a/x b/x\n# --- a/x\n"
    there = draft(["草稿", "- 答案由人来写: #"], "q_1", ODD[0], ODD)
    patch = diff(f"{folder}/a.md", old, new or "") + diff(f"{folder}/b/q.md", None, there)
    git(tmp_path, "apply", "-", told=head + patch)
    assert path.read_bytes() == (new or "").encode()
    assert (tmp_path / folder / "b/q.md").read_bytes() == there.encode()


@pytest.mark.parametrize("asks", ["asks: []\n", "", "asks: 一\n", "asks:\n  - &x 一\n  - *x\n"])
def test_where_lines_cannot_be_put_safely_none_are(asks: str) -> None:
    assert with_asks(f"---\nintent: a\n{asks}---\n## default\n亲\n", ["二"]) is None


def test_a_text_without_front_matter_is_left_alone() -> None:
    assert with_asks("## default\n亲\n", ["二"]) is None


def test_a_draft_is_refused_until_somebody_wrote_the_words(tmp_path: Path) -> None:
    path = tmp_path / "q.md"
    path.write_bytes(draft(["草稿"], "q_1", "能带上飞机吗", ["能带上飞机吗"]).encode())
    with pytest.raises(ContentError) as refused:
        read_reply(read_files(tmp_path, None), "replies/q.md")
    assert [fault.code for fault in refused.value.faults] == ["empty_wording"]


LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@given(LINES)
@example("\x85")
@settings(max_examples=200)
def test_any_text_reads_back_as_it_was(text: str) -> None:
    for layout in (f"- {scalar(text)}", f"[{scalar(text)}]"):
        assert parse(layout, "-").value == [text]
