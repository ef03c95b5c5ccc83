"""What replies say at the moments at which words go wrong."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.content.calendar import works_of
from bot.content.files import read_files
from bot.content.instants import faults_at_instants, unsaid_greetings
from bot.content.moments import all_worlds, moments
from bot.content.replies import read_reply
from bot.content.rules import RulesFolder, read_rules
from bot.core.rules.outreach import Care
from bot.core.rules.shop import Promotions
from bot.errors import Fault

from .desk import REPOSITORY, read

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = "---\nintent: x\ntitle: 题\nsamples: [{says: 好}]\n---\n"


@cache
def _rules() -> RulesFolder:
    return read_rules(REPOSITORY / "rules")


def _told(folder: Path, body: str, rules: RulesFolder | None = None, head: str = HEAD) -> list[Fault]:
    held = rules or _rules()
    return list(faults_at_instants([read(folder, head + body)], held, works_of(held.rules)))


def _promoting(**words: str) -> RulesFolder:
    one = {"name": "换季", "from": "2027-03-01 20:00", "until": "2027-03-08 00:00", "says": "满100减10", **words}
    promotions = Promotions.model_validate({"promotions": [one]})
    return replace(_rules(), rules=replace(_rules().rules, promotions=promotions))


@pytest.mark.parametrize(
    "local",
    ["2026-11-11 00:00:00", "2026-11-11 23:59:59", "2026-02-17 00:00:00", "2026-10-31 19:59:59", "2026-10-31 20:00:00",
     "2026-11-12 00:00:00", "2027-01-01 10:00:00"],
)  # fmt: skip
def test_the_moments_that_the_rules_name_are_looked_at(local: str) -> None:
    assert datetime.fromisoformat(local).replace(tzinfo=SHANGHAI).astimezone(UTC) in moments(_rules().rules)


def test_worlds_that_differ_in_figures_only_are_looked_at_once() -> None:
    worlds = all_worlds(_rules().rules, works_of(_rules().rules))
    assert {"promo_on", "promo_over", "promo_ahead", "promo_none", "promo_unknown", "overdue", "unpaid", "signed"} <= {
        name for world in worlds for name in world.situations
    }
    assert len(worlds) < 500


def test_an_answer_that_tells_of_a_promotion_only_while_it_runs_is_right(tmp_path: Path) -> None:
    assert _told(tmp_path, "## default\n好\n\n## promo_on\n好，{{ promo.says }}，到{{ promo.until }}\n") == []


def test_a_promotion_that_is_over_is_not_to_be_told_as_running(tmp_path: Path) -> None:
    (fault,) = _told(tmp_path, "## default\n好\n~\n好{% if promo.says %}，{{ promo.says }}{% endif %}\n")
    assert (fault.line, fault.code) == (9, "untrue_then")
    assert (fault.params["holding"], fault.params["variant"]) == ("promo_ahead", "default")


def test_those_who_know_that_it_is_over_or_ahead_may_tell_of_it(tmp_path: Path) -> None:
    body = "## default\n好\n\n## promo_over\n好，{{ promo.name }}完了\n\n## promo_ahead\n好，{{ promo.from }}开始\n"
    assert _told(tmp_path, body) == []


@pytest.mark.parametrize(("field", "variant"), [("promise", "not_shipped"), ("closes_at", "unpaid")])
def test_an_orders_time_is_told_only_while_it_is_to_come(tmp_path: Path, field: str, variant: str) -> None:
    (fault,) = _told(tmp_path, f"## default\n好{{% if order.{field} %}}，{{{{ order.{field} }}}}{{% endif %}}\n")
    assert (fault.code, fault.params["field"]) == ("untrue_then", f"order.{field}")
    assert _told(tmp_path, f"## default\n好\n\n## {variant}\n好，{{{{ order.{field} }}}}\n") == []


def test_a_red_line_that_only_the_promotions_words_complete_is_seen(tmp_path: Path) -> None:
    body = "## promo_on\n好，国家{{ promo.name }}\n\n## default\n好\n"
    (fault,) = _told(tmp_path, body, _promoting(name="级"))
    assert (fault.line, fault.code) == (7, "red_line_at")
    assert fault.params["at"] == "2027-03-01 20:00:00"
    assert _told(tmp_path, body, _promoting(name="好价")) == []


def test_a_dated_answer_is_looked_at_as_it_begins_and_ends(tmp_path: Path) -> None:
    head = HEAD.replace(
        "---\nintent", "---\nvalid: {from: 2027-03-07 00:00, until: 2027-03-09 00:00, then: ended}\nintent"
    )
    head = head.replace("{says: 好}", "{says: 好}, {variant: ended, says: 好}")
    body = "## default\n好\n\n## ended\n好{% if promo.says %}，{{ promo.says }}{% endif %}\n"
    found = _told(tmp_path, body, _promoting(), head)
    assert [(fault.line, fault.code) for fault in found] == [(11, "untrue_then")]


def test_a_greeting_with_nothing_to_say_on_its_day_is_told() -> None:
    coupon = read_reply(read_files(REPOSITORY / "replies", None), "replies/care/coupon.md")
    care = Care.model_validate(
        {"greetings": [{"name": n, "day": day, "at": "11:00", "reply": "care/coupon"} for n, day in _DAYS.items()]}
    )
    rules = replace(_rules(), rules=replace(_rules().rules, care=care))
    found = list(unsaid_greetings([coupon], rules))
    assert [(fault.code, fault.params["name"]) for fault in found] == [("greeting_unsaid", "没有活动的日子")]


_DAYS = {"有活动的日子": "2026-11-28", "没有活动的日子": "2026-11-15"}
