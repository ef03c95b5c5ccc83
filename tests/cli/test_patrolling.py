"""`yeban catalogue`: the findings of the store or of a file, for people and for programs."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.clock import utc_now
from bot.words import say

from .terminal import inside, refused_in_one_line
from .test_admin import ITEM
from .test_importing import put

pytestmark = pytest.mark.usefixtures("folder")

Capture = pytest.CaptureFixture[str]
CLEAN: Mapping[str, object] = {
    "id": "i2", "title": "针织毛线帽", "price": "39.00", "skus": [{"id": "s1", "name": "红色 均码", "stock": 3}],
    "attributes": {"面料": "腈纶", "尺寸": "头围54-60厘米", "洗涤": "手洗", "产地": "浙江义乌"},
    "ships_from": "浙江杭州", "lead_time": "48小时内", "on_sale": True, "updated_at": utc_now().isoformat(),
}  # fmt: skip
WRONG: Mapping[str, object] = {**CLEAN, "id": "i1", "title": "全网最低价毛线帽", "lead_time": "15天"}


def test_an_empty_shop_is_clean(capsys: Capture) -> None:
    done = inside(capsys, "catalogue")
    assert (done.code, done.lines) == (0, [say("patrol.clean", items=0)])


def test_findings_are_told_one_a_line_and_counted(capsys: Capture, folder: Path) -> None:
    imported = inside(capsys, "import", put(folder, "a.json", CLEAN, WRONG))
    assert (imported.code, imported.lines[-1]) == (0, say("patrol.import_hint", count=1))
    done = inside(capsys, "catalogue")
    assert (done.code, len(done.lines)) == (1, 3)
    assert all(line.startswith("i1 全网最低价毛线帽  矛盾  ") for line in done.lines[:2])
    assert done.lines[2] == say("patrol.done", items=2, count=1, findings=2, kinds="矛盾 2")


def test_one_product_is_looked_at_by_its_id(capsys: Capture, folder: Path) -> None:
    inside(capsys, "import", put(folder, "a.json", CLEAN, WRONG))
    assert (inside(capsys, "catalogue", "i2").code, inside(capsys, "catalogue", "i1").code) == (0, 1)
    assert refused_in_one_line(inside(capsys, "catalogue", "i3"), 1)


def test_a_program_gets_an_object_a_line(capsys: Capture, folder: Path) -> None:
    inside(capsys, "import", put(folder, "a.json", WRONG))
    *found, total = [json.loads(line) for line in inside(capsys, "catalogue", "--json").lines]
    assert [one["code"] for one in found] == ["red_line", "lead_longer"]
    assert all(one.keys() == {"item", "title", "severity", "code", "what", "why", "remedy"} for one in found)
    assert total == {"items": 1, "with_findings": 1, "findings": 2, "wrong": 2}


def test_a_file_is_looked_at_before_it_goes_in(capsys: Capture, folder: Path) -> None:
    name = put(folder, "new.json", CLEAN, WRONG)
    assert inside(capsys, "catalogue", "--file", name).code == 1
    assert inside(capsys, "catalogue", "i2", "--file", name).code == 0
    assert inside(capsys, "catalogue").lines == [say("patrol.clean", items=0)]


def test_a_file_with_faults_is_told_like_an_import(capsys: Capture, folder: Path) -> None:
    done = inside(capsys, "catalogue", "--file", put(folder, "new.json", {**ITEM, "price": "1e9"}))
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)


def test_a_clean_import_says_nothing_of_findings(capsys: Capture, folder: Path) -> None:
    assert len(inside(capsys, "import", put(folder, "a.json", CLEAN)).lines) == 1


def test_rules_that_cannot_be_read_keep_no_import_out(capsys: Capture, folder: Path) -> None:
    (folder / "rules").mkdir()
    (folder / "replies").mkdir()
    done = inside(capsys, "import", put(folder, "a.json", CLEAN))
    assert (done.code, done.lines[-1]) == (0, say("patrol.rules_broken"))
    assert inside(capsys, "catalogue").code == 1
