"""Faults that only show when files are read together, each at its line."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from bot.content.calendar import works_of
from bot.content.check import LEAST_ASKS, SYSTEM_TOPICS, faults_across
from bot.content.rules import RulesFolder, read_rules
from bot.core.book import CODE_LONGEST
from bot.core.rules.buyers import Buyers
from bot.core.rules.flows import Flows
from bot.core.rules.outreach import Care, Nudges
from bot.core.rules.shop import Bundling
from bot.core.rules.work import Routing
from bot.errors import Fault

from .desk import REPOSITORY, faults_of, read, rules_copy, spoil

WORKS = works_of(read_rules(REPOSITORY / "rules").rules)
ASKS = tuple(f"问法之{number}" for number in range(LEAST_ASKS))


def _file(
    intent: str = "carrier",
    asks: Sequence[str] = ASKS,
    head: str = "",
    samples: str = "samples: [{says: 好的}]",
    body: str = "## default\n好的\n",
) -> str:
    """A reply file that is right; the asks begin in line 5."""
    lines = "".join(f"\n  - {ask}" for ask in asks)
    return f"---\nintent: {intent}\ntitle: 题\nasks:{lines}\n{samples}\n{head}---\n{body}"


@cache
def _rules() -> RulesFolder:
    """The shipped rules without routes, steps, flows, tags and questions, so that no intent and no text is asked for
    but the test's own."""
    shipped = read_rules(REPOSITORY / "rules")
    routing = Routing(groups=shipped.rules.routing.groups, human_words=("人工",), default="presale", routes=())
    silent = Nudges.model_validate({"steps": [], "expire_after": "24h"})
    buyers = Buyers(consent=shipped.rules.buyers.consent)
    asked = shipped.rules.catalogue.asked.model_copy(update={"intents": ()})
    catalogue = shipped.rules.catalogue.model_copy(update={"asked": asked})
    promotions = shipped.rules.promotions.model_copy(update={"bundling": Bundling()})
    own = replace(shipped.rules, routing=routing, nudges=silent, care=Care(), buyers=buyers, flows=Flows())
    return replace(shipped, rules=replace(own, catalogue=catalogue, promotions=promotions))


def _faults(folder: Path, **files: str) -> list[Fault]:
    """What is wrong between these files, the system's own texts apart."""
    replies = [read(folder, text, f"g/{name}") for name, text in files.items()]
    return [fault for fault in faults_across(replies, _rules(), WORKS) if fault.code != "missing_file"]


def _told(faults: Sequence[Fault]) -> list[tuple[str, int, str]]:
    assert all(fault.what and fault.remedy for fault in faults)
    return [(fault.path, fault.line, fault.code) for fault in faults]


def test_right_files_have_no_faults(tmp_path: Path) -> None:
    other = _file("price", [f"价格{ask}" for ask in ASKS])
    assert _faults(tmp_path, a=_file(), b=other) == []


def test_every_text_that_the_bot_asks_for_by_name_must_be_there() -> None:
    missing = [fault for fault in faults_across([], _rules(), WORKS) if fault.code == "missing_file"]
    assert [fault.path for fault in missing] == [f"replies/{name}.md" for name in SYSTEM_TOPICS]


def test_an_ask_shared_by_two_intents_is_told_with_its_rival(tmp_path: Path) -> None:
    other = _file("price", [*(f"价格{ask}" for ask in ASKS), "亲，问法之3呢？"])
    (fault,) = _faults(tmp_path, a=_file(), b=other)
    assert _told([fault]) == [("replies/g/b.md", 5 + LEAST_ASKS, "shared_ask")]
    assert fault.params == {"text": "亲，问法之3呢？", "other": "replies/g/a.md:8", "intent": "carrier"}


def test_a_near_miss_that_its_own_intent_asks_too_is_shared(tmp_path: Path) -> None:
    near = _file(head="not_asks: {问法之1: price}\n")
    other = _file("price", [f"价格{ask}" for ask in ASKS])
    assert _told(_faults(tmp_path, a=near, b=other)) == [("replies/g/a.md", 18, "shared_ask")]


def test_the_same_line_twice_in_one_intent_is_no_fault(tmp_path: Path) -> None:
    assert _faults(tmp_path, a=_file(asks=[*ASKS, ASKS[0]])) == []


def test_an_ask_without_words_is_refused(tmp_path: Path) -> None:
    assert _told(_faults(tmp_path, a=_file(asks=[*ASKS, "？！"]))) == [("replies/g/a.md", 17, "empty_ask")]


def test_too_few_asks_are_told_where_they_stand(tmp_path: Path) -> None:
    (fault,) = _faults(tmp_path, a=_file(asks=ASKS[1:]))
    assert _told([fault]) == [("replies/g/a.md", 4, "too_few_asks")]
    assert fault.params == {"found": LEAST_ASKS - 1, "least": LEAST_ASKS}


def test_an_intent_belongs_to_one_file(tmp_path: Path) -> None:
    (fault,) = _faults(tmp_path, a=_file(), b=_file(asks=[f"另外{ask}" for ask in ASKS]))
    assert _told([fault]) == [("replies/g/b.md", 2, "doubled_value")]
    assert fault.params == {"key": "intent", "value": "carrier", "other": "replies/g/a.md"}


def test_a_short_code_belongs_to_one_file(tmp_path: Path) -> None:
    other = _file("price", [f"价格{ask}" for ask in ASKS], head="short: kd\n")
    (fault,) = _faults(tmp_path, a=_file(head="short: kd\n"), b=other)
    assert (fault.path, fault.code, fault.params["key"]) == ("replies/g/b.md", "doubled_value", "short")
    assert fault.line == 18


def test_a_short_code_is_no_longer_than_the_desk_takes(tmp_path: Path) -> None:
    fits = read(tmp_path, _file(head=f"short: {'k' * CODE_LONGEST}\n"))
    assert fits.topic.short == "k" * CODE_LONGEST
    (fault,) = faults_of(lambda: read(tmp_path, _file(head=f"short: {'k' * (CODE_LONGEST + 1)}\n")))
    assert (fault.line, fault.code, fault.params["key"]) == (18, "bad_value", "short")
    assert fault.remedy == f"应为最多 {CODE_LONGEST} 个字符的文字"


def test_a_near_miss_must_name_an_intent_that_exists(tmp_path: Path) -> None:
    (fault,) = _faults(tmp_path, a=_file(head="not_asks:\n  我在上海: oos\n  多少钱: pirce\n"))
    assert _told([fault]) == [("replies/g/a.md", 20, "unknown_intent")]
    assert fault.params == {"intent": "pirce", "nearest": "carrier"}


def test_a_misspelt_near_miss_is_told_once_whoever_else_has_the_line(tmp_path: Path) -> None:
    wrong = _file(head="not_asks: {多少钱: pirce}\n")
    price = _file("price", [*(f"价格{ask}" for ask in ASKS), "多少钱"])
    other = _file("stock", [f"库存{ask}" for ask in ASKS], head="not_asks: {多少钱: price}\n")
    (fault,) = _faults(tmp_path, a=wrong, b=price, c=other)
    assert (fault.path, fault.code, fault.params["nearest"]) == ("replies/g/a.md", "unknown_intent", "price")


def test_a_title_that_crosses_a_red_line_is_told_for_buyers_are_offered_it(tmp_path: Path) -> None:
    text = _file().replace("title: 题", "title: 全网最低价")
    assert _told(_faults(tmp_path, a=text)) == [("replies/g/a.md", 3, "red_line")]


def test_the_rules_own_texts_are_looked_at_too(tmp_path: Path) -> None:
    folder = rules_copy(tmp_path)
    line = spoil(folder / "promotions.yaml", "says: 全场跨店", "says: 全网最低，跨店")
    rules = replace(read_rules(folder), rules=_rules().rules)
    found = [fault for fault in faults_across([], rules, WORKS) if fault.code == "red_line"]
    assert {(fault.path, fault.line) for fault in found} == {("rules/promotions.yaml", line)}


def test_only_the_systems_own_texts_go_without_an_intent(tmp_path: Path) -> None:
    text = "---\ntitle: 题\nsamples: [{says: 好}]\n---\n## default\n好\n"
    assert _told(_faults(tmp_path, a=text)) == [("replies/g/a.md", 1, "missing_key")]
    system = read(tmp_path, text, "system/choice")
    assert [fault for fault in faults_across([system], _rules(), WORKS) if fault.code == "missing_key"] == []


def test_every_variant_needs_a_sample(tmp_path: Path) -> None:
    (fault,) = _faults(tmp_path, a=_file(body="## default\n好的\n\n## shipped\n\n已发\n"))
    assert _told([fault]) == [("replies/g/a.md", 24, "no_sample")]
    assert fault.params == {"name": "shipped"}


def test_a_sample_must_give_every_field_of_every_wording(tmp_path: Path) -> None:
    (fault,) = _faults(tmp_path, a=_file(body="## default\n好的\n~\n好的{{ shop.name }}{{ order.id }}\n"))
    assert _told([fault]) == [("replies/g/a.md", 17, "sample_lacks_field")]
    assert fault.params == {"needs": "order.id, shop.name"}


def test_a_sample_must_find_its_words(tmp_path: Path) -> None:
    samples = "samples:\n  - {says: 好的}\n  - {says: [好的, 没有]}"
    (fault,) = _faults(tmp_path, a=_file(samples=samples))
    assert _told([fault]) == [("replies/g/a.md", 19, "sample_says_else")]
    assert fault.params == {"says": "好的, 没有"}


def test_one_of_several_wordings_may_say_the_words(tmp_path: Path) -> None:
    assert _faults(tmp_path, a=_file(body="## default\n行\n~\n好的\n")) == []


@pytest.mark.parametrize(
    ("wording", "line"),
    [("可以加我微信", "off_platform"), ("抱歉不能开发票", "no_invoice"), ("明天肯定到", "unchecked_promise")],
)
def test_a_wording_that_crosses_a_red_line_is_told_at_its_own_line(tmp_path: Path, wording: str, line: str) -> None:
    (fault,) = _faults(tmp_path, a=_file(body=f"## default\n好的\n~\n{wording}\n"))
    assert _told([fault]) == [("replies/g/a.md", 22, "red_line")]
    assert fault.params == {"name": line}


def test_a_red_line_is_seen_with_the_fields_filled_in(tmp_path: Path) -> None:
    samples = "samples: [{given: {item: {title: 全网第一T恤}}, says: 好的}]"
    faults = _faults(tmp_path, a=_file(samples=samples, body="## default\n好的，{{ item.title }}\n"))
    assert _told(faults) == [("replies/g/a.md", 20, "red_line")]
