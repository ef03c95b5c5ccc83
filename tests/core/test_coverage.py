"""Which lines spoke, which did not and why, what nearly won."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from bot.core.book import Ask, Book, Topic, Validity
from bot.core.compose import Part
from bot.core.coverage import Candidate, Tally, Told, Volume
from bot.core.coverage_report import Coverage, FileRow, LineRow, NearRow, OfferRow, Why, coverage
from tests.core.book import NIGHT, TOPICS, book_of, rules, topic, variant

ASKS = (Ask("两句吗", "two", "replies/g/two.md:5"), Ask("第二句吗", "two", "replies/g/two.md:6"))
TWO = Topic(
    "g/two", "两句", "replies/g/two.md",
    {"default": variant("default", "亲，{{ a.b }}甲。", "亲，乙。", source="replies/g/two.md"),
     "overdue": variant("overdue", "亲，迟了。", source="replies/g/late.md")},
    "two", asks=ASKS,
)  # fmt: skip
DATES = Validity(datetime.fromisoformat("2026-12-10"), datetime.fromisoformat("2026-12-13"), "ended")
FESTIVAL = topic("g/festival", {"default": "亲，满减。", "ended": "亲，结束了。"}, "有活动吗", valid=DATES)
PACK = replace(topic("packs/beauty/skin", {"default": "亲，敏感肌可用。"}, "敏感肌能用吗"), part="skin")
FIRST, SECOND = "replies/g/two.md:0", "replies/g/two.md:1"


@cache
def book() -> Book:
    return book_of([*TOPICS, TWO, FESTIVAL, PACK], rules())


def report(parts: tuple[Part, ...] = (), turns: tuple[Told, ...] = ()) -> Coverage:
    tally = Tally(book())
    for part in parts:
        tally.say(part)
    for one in turns:
        tally.hear(one)
    return coverage(tally.counts, book(), NIGHT - timedelta(days=7), NIGHT)


def said(text: str, source: str = FIRST, name: str = "default", of: str = "g/two") -> Part:
    return Part(of, name, source, text)


def turn(
    *intents: str, reason: str = "sure", decision: str = "answer", talk: str = "c1", near: tuple[Candidate, ...] = ()
) -> Told:
    return Told(talk, decision, reason, intents, near)


def file(told: Coverage, name: str = "g/two") -> FileRow:
    return next(one for one in told.files if one.topic == name)


def lines(told: Coverage, name: str = "g/two") -> Mapping[str, LineRow]:
    return {row.text: row for row in file(told, name).lines}


def volume(told: Coverage, intent: str | None) -> Volume:
    return next(row.volume for row in told.intents if row.intent == intent)


def test_a_line_is_counted_where_it_stands() -> None:
    told = report((said("亲，红甲。"), said("亲，乙。", SECOND), said("亲，乙。", SECOND)))
    assert [(row.source, row.said) for row in lines(told).values()][:2] == [(FIRST, 1), (SECOND, 2)]
    assert (told.said, told.moved, file(told).said) == (3, 0, 3)


def test_a_line_that_has_moved_is_found_by_its_words() -> None:
    told = report((said("亲，乙。", "replies/g/two.md:99"), said("亲，乙。", FIRST)))
    assert (lines(told)["亲，乙。"].said, told.moved) == (2, 2)


def test_words_that_were_changed_since_count_for_their_variant_alone() -> None:
    told = report((said("亲，丙。"), said("亲，丁。", name="gone_case")))
    assert file(told).changed == {"default": 1, "gone_case": 1}
    assert {row.why for row in lines(told).values()} == {Why.OTHER_WORDS, Why.NOT_ASKED}
    assert file(told).said == 2


def test_a_file_that_is_no_more_is_told_by_its_name() -> None:
    assert report((said("亲。", of="g/old"), said("亲。", of="g/old"))).gone == (("g/old", 2),)


def test_without_a_variant_the_words_tell_the_line() -> None:
    told = report((said("亲，迟了。", "replies/g/late.md:0", name=""), said("", name="")))
    assert lines(told)["亲，迟了。"].said == 1
    assert file(told).changed == {"": 1}


def test_why_a_line_did_not_speak() -> None:
    told = report((said("亲，乙。", SECOND),), (turn("two"),))
    assert {row.text: row.why for row in lines(told).values()} == {
        "亲，{{ a.b }}甲。": Why.OTHER_WORDS, "亲，乙。": None, "亲，迟了。": Why.NO_SUCH_CASE,
    }  # fmt: skip
    assert {row.why for row in lines(told, "shipping/carrier").values()} == {Why.NOT_ASKED}
    assert {row.why for row in lines(told, "system/handoff").values()} == {Why.NO_OCCASION}
    assert {row.why for row in lines(told, "packs/beauty/skin").values()} == {Why.PACK_OFF}
    assert {row.variant: row.why for row in lines(told, "g/festival").values()} == {
        "default": Why.OUT_OF_DATE, "ended": Why.NOT_ASKED,
    }  # fmt: skip
    assert len(told.dead) == sum(len(one.lines) for one in told.files) - 1


def test_turns_are_counted_by_intent_and_by_what_became_of_them() -> None:
    told = report(turns=(
        turn("stock", "two"), turn("stock", decision="hand_off", reason="fact_missing"),
        turn("stock", decision="ask", reason="needs_fact"), turn("stock", decision="stay", reason="noted"),
    ))  # fmt: skip
    assert volume(told, "stock") == Volume(4, answered=1, asked=1, handed_off=1, stayed=1)
    assert volume(told, "two") == Volume(1, answered=1)
    assert [row.intent for row in told.intents] == ["stock", "two"]
    assert told.turns == 4


def test_what_was_not_understood_counts_for_the_intent_that_came_near() -> None:
    near, far = (Candidate("oos", 90), Candidate("stock", 40)), (Candidate("stock", 29),)
    told = report(turns=tuple(turn(reason="not_understood", decision="hand_off", near=one) for one in (near, far, ())))
    assert volume(told, "stock") == Volume(1, missed=1)
    assert volume(told, None) == Volume(2, missed=2)


def test_lines_that_were_the_nearest_of_a_sure_reading_have_won() -> None:
    near = (Candidate("two", 90, "两句吗？"), Candidate("stock", 40, "有货吗"))
    told = report(turns=(turn("two", near=near), turn("two", near=near), turn(near=near)))
    assert [(ask.text, won) for ask, won in file(told).asks] == [("两句吗", 2), ("第二句吗", 0)]
    assert [ask.text for ask in file(told).never] == ["第二句吗"]
    assert file(told, "stock/stock").asks[0][1] == 0


def test_a_reading_right_behind_the_winner_is_a_near_miss() -> None:
    first = Candidate("two", 90, "两句吗")
    told = report(turns=(
        turn("two", near=(first, Candidate("stock", 86, "有货吗"))),
        turn("two", near=(first, Candidate("oos", 89), Candidate("stock", 85.5, "有货吗"))),
        turn("two", near=(first, Candidate("stock", 85, "还有现货吗"))),
        turn("stock", near=(first, Candidate("stock", 89))),
        turn("greeting", near=(Candidate("greeting", 90), Candidate("thanks", 89))),
    ))  # fmt: skip
    assert told.near == (NearRow("two", "stock", "两句", "〔stock〕", 2, "有货吗"),)


def test_an_offer_is_taken_where_the_next_turn_of_its_conversation_means_it() -> None:
    offer = (Candidate("stock", 60), Candidate("two", 50), Candidate("oos", 45), Candidate("carrier", 29))
    asks = {name: turn(reason="nearly_sure", decision="ask", near=offer, talk=name) for name in ("c1", "c2", "c3")}
    told = report(turns=(*asks.values(), turn("stock", talk="c2"), turn("carrier", talk="c1"), turn("two", talk="c2")))
    assert told.offers == (OfferRow("two", "两句", 3, 0), OfferRow("stock", "〔stock〕", 3, 1))


def test_of_nothing_nothing_is_told() -> None:
    told = report()
    assert (told.turns, told.said, told.intents, told.near, told.offers, told.gone) == (0, 0, (), (), (), ())
    assert all(row.why for one in told.files for row in one.lines)
