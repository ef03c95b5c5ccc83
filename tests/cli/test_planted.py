"""Faults of all kinds planted in a copy of the shipped shop: one run finds each at its line, and nothing else."""

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.content.desk import spoil

from .terminal import REPOSITORY, inside

pytestmark = pytest.mark.usefixtures("folder")

Fault = tuple[str, int, str]
#: A reply file that is right; the asks begin in line 6, the body in line 24.
_RIGHT = """---
intent: planted_{0}
title: 第{0}题
short: zz{0}
asks:
{1}
samples:
  - {{given: {{shop: {{name: 小店}}}}, says: 小店}}
  - {{variant: shipped, given: {{order: {{carrier: 顺丰}}}}, says: 顺丰}}
then: {{shipped: hand_off}}
not_asks: {{第{0}题之外: oos}}
---
## default
好的，这里是{{{{ shop.name }}}}
~
亲，{{{{ shop.name }}}}在呢

## shipped
发的是{{{{ order.carrier }}}}
"""
#: What is put in place of what, the line on which it is told, and as which fault.
_REPLIES: tuple[tuple[str, str, int, str], ...] = (
    ("short: zz", "shrot: zz", 4, "unknown_key"),
    ("title: 第", "titel: 第", 3, "unknown_key"),
    ("题\n", "题: 好\n", 3, "yaml_syntax"),
    ("short: zz", "title: 又一个题\nshort: zz", 4, "doubled_key"),
    ("short: zz", "owner: &a 我\nshort: *a # zz", 4, "yaml_alias"),
    ("then: {shipped: hand_off}", "then: [hand_off]", 21, "bad_value"),
    ("then: {shipped: hand_off}", "then: {signed: hand_off}", 21, "unknown_then"),
    ("{variant: shipped,", "{variant: shiped,", 20, "unknown_sample"),
    ("order: {carrier", "order: {carier: 中通, carrier", 20, "unknown_field"),
    ("says: 顺丰", "says: 中通", 20, "sample_says_else"),
    ("given: {order: {carrier: 顺丰}}", "given: {}", 20, "sample_lacks_field"),
    ("## shipped", "## signed\n亲\n\n## shipped", 30, "no_sample"),
    ("## shipped", "## shiped", 29, "unknown_variant"),
    ("{{ order.carrier }}", "{{ order.carier }}", 30, "unknown_field"),
    ("{{ order.carrier }}", "{{ order.carrier }", 30, "template_syntax"),
    ("{{ order.carrier }}", "{{ order.carrier | upper }}", 30, "template_forbidden"),
    ("发的是{{", "发的{是}{{", 30, "stray_brace"),
    ("发的是{{", "{% if shop.kind %}发{% endif %}{% if shop.brand %}的{% endif %}{{", 30, "template_two_ifs"),
    ("发的是{{ order.carrier }}", "{% if order.carrier %}{{ order.carrier }}{% endif %}", 30, "says_nothing"),
    ("发的是{{ order.carrier }}", "发的是{{ order.carrier }}\n~\n", 32, "empty_wording"),
    ("## shipped", "<<<<<<< HEAD\n## shipped\n=======\n>>>>>>> theirs", 29, "merge_marker"),
    ("then: ", "<<<<<<< HEAD\n=======\n>>>>>>> theirs\nthen: ", 21, "merge_marker"),
    ("## shipped", "### 说明\n## shipped", 29, "stray_heading"),
    ("## default", "先说一句\n## default", 24, "text_before_variant"),
    ("## shipped", "## default\n又一个{{ shop.name }}\n\n## shipped", 29, "doubled_variant"),
    ("  - 问法之11", "", 5, "too_few_asks"),
    ("  - 问法之11", "  - ？！", 17, "empty_ask"),
    ("  - 问法之11", "  - '# 问法之11'", 17, "comment_ask"),
    (": oos}", ": planted_nothing}", 22, "unknown_intent"),
    ("亲，{{ shop.name }}在呢", "亲，加我微信，{{ shop.name }}在呢", 27, "red_line"),
    ("title: 第", "title: 加微信第", 3, "red_line"),
    ("在呢", "在呢{% if promo.says %}，{{ promo.says }}{% endif %}", 27, "untrue_then"),
)  # fmt: skip
#: The same of rules, by file; the last line of what is replaced is at fault.
_RULES: tuple[tuple[str, str, str, str], ...] = (
    ("shop", "lead: 48h ", "lead: bald ", "bad_value"),
    ("shop", "packs: [common, apparel]", "packs: [common, aparel]", "unknown_pack"),
    ("care", "reply: care/received}", "reply: care/recieved}", "unknown_topic"),
    ("nudges", "wordings:\n  - {steps: [首次催付]", "wordings:\n  - {steps: [首次催负]", "unknown_step"),
    ("invoices", "能开专票吗, type: 增值税专用发票}", "能开专票吗, type: 电子普通发票}", "check_fails"),
    ("buyers", "flags: [abuse, bad_review_threat]", "flags: [abuse, bad_revew_threat]", "unknown_flag"),
    ("catalogue", "- {attribute: 产地, why", "- {attribute: 产低, why", "unknown_attribute"),
    ("flows", "starts: [return_refund_request]", "starts: [return_refund_requst]", "unknown_intent"),
    ("flows", "facts: [signed, many_orders]}", "facts: [singed]}", "unknown_situation"),
    ("kpis", "pdd_3min: 1/1, jd_30s: 0/0, taobao_human_time: 180s", "pdd: 1/1, taobao_human_time: 180s", "unknown_kpi"),
    ("redlines", '"国家级"', '"(国家级"', "bad_value"),
    ("promotions", "says: 全场跨店", "says: 加我微信，全场跨店", "red_line"),
)  # fmt: skip


def test_thirty_and_more_kinds_are_found_in_one_run(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    shop = _copy(folder)
    planted = sorted([*_in_replies(shop), *_in_files(shop), *_in_rules(shop)])
    done = inside(capsys, "check", "--replies", str(shop / "replies"), "--rules", str(shop / "rules"), "--json")
    told = [json.loads(line) for line in done.lines]
    assert done.code == 1
    assert [(one["path"], one["line"], one["code"]) for one in told] == planted
    assert len({code for _, _, code in planted}) >= 40
    assert all(one["what"] and one["remedy"] for one in told)


def test_the_same_files_without_the_faults_have_none(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    shop = _copy(folder)
    for number in range(len(_REPLIES)):
        _write(shop, number)
    (shop / "replies" / "README.md").write_text("# 运营手册\n", "utf-8")
    for left in (".carrier.md.swp", "carrier.md~", "#carrier.md#", ".git/x.md"):
        (shop / "replies" / left).parent.mkdir(exist_ok=True)
        (shop / "replies" / left).write_text("---\n", "utf-8")
    done = inside(capsys, "check", "--replies", str(shop / "replies"), "--rules", str(shop / "rules"), "--json")
    assert (done.code, len(done.lines)) == (0, 1)


def _copy(folder: Path) -> Path:
    for name in ("replies", "rules"):
        shutil.copytree(REPOSITORY / name, folder / "shop" / name)
    return folder / "shop"


def _write(shop: Path, number: int, change: Callable[[str], str] = str) -> str:
    shown = f"replies/planted/p{number:02}.md"
    asks = "\n".join(f"  - 问法之{ask}" for ask in range(12))
    text = change(_RIGHT.format(number, asks)).replace("问法之", f"第{number}题的问法之")
    path = shop / shown
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return shown


def _in_replies(shop: Path) -> list[Fault]:
    return [
        (_write(shop, n, partial(_spoilt, old, new)), line, code) for n, (old, new, line, code) in enumerate(_REPLIES)
    ]


def _spoilt(old: str, new: str, text: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def _in_files(shop: Path) -> list[Fault]:
    """Files that are not there, not to be read, or nobody's."""
    replies, rules = shop / "replies", shop / "rules"
    (replies / "empty.md").write_text("", "utf-8")
    (replies / "gbk.md").write_bytes("亲".encode("gbk"))
    (replies / "carrier.md.txt").write_text("---\nintent: x\n---\n", "utf-8")
    (replies / "system" / "late.md").unlink()
    (rules / "shift.yaml").write_text("", "utf-8")
    return [
        ("replies/carrier.md.txt", 1, "unread_reply"),
        ("replies/empty.md", 1, "no_front_matter"),
        ("replies/gbk.md", 1, "unreadable"),
        ("replies/system/late.md", 1, "missing_file"),
        ("rules/shift.yaml", 1, "unknown_file"),
    ]


def _in_rules(shop: Path) -> list[Fault]:
    found = list[Fault]()
    for name, old, new, code in _RULES:
        line = spoil(shop / "rules" / f"{name}.yaml", old, new) + old.count("\n")
        found.append((f"rules/{name}.yaml", line, code))
    return found
