"""News joins a buyer's file without loss, whatever else is learned at the same time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.core.buyer import ISSUES, RULE, TAGS, VALUES, Agreed, Buyer, Consent, Issue, News, Tag, Told, with_news
from tests.core.book import NIGHT

_MOMENTS = st.integers(0, 6).map(lambda minutes: NIGHT + timedelta(minutes=minutes))
_WORDS = st.dictionaries(st.sampled_from(["height", "weight", "usual_size"]), st.sampled_from(["1", "2", "3"]))
_TAGS = st.builds(
    Tag, st.sampled_from(["老客", "易怒"]), st.sampled_from([RULE, "a01", "a02"]), _MOMENTS, st.booleans()
)
_ISSUES = st.builds(
    Issue, st.sampled_from("xyz"), st.just("c1"), st.just("unclear"), _MOMENTS, line=st.sampled_from(["甲", "乙"])
)
_NEWS = st.builds(
    News, st.just("b1"), _MOMENTS, st.none() | st.sampled_from(["小王", "老王"]), _WORDS, _WORDS,
    st.dictionaries(st.sampled_from(["size_fit", "stock"]), st.integers(1, 3)),
    st.lists(_TAGS, max_size=2).map(tuple), st.lists(_ISSUES, max_size=2).map(tuple),
    consent=st.none() | st.sampled_from(Agreed),
)  # fmt: skip
EMPTY = Buyer("b1")


def joined(buyer: Buyer, news: Sequence[News]) -> Buyer:
    for one in news:
        buyer = with_news(buyer, one)
    return buyer


@given(st.lists(_NEWS, min_size=2, max_size=4))
def test_in_whatever_order_news_come_the_file_is_the_same(news: list[News]) -> None:
    assert len({repr(joined(EMPTY, some)) for some in permutations(news)}) == 1


@given(st.lists(_NEWS, min_size=1, max_size=6))
def test_nothing_that_was_learned_is_lost(news: list[News]) -> None:
    file = joined(EMPTY, news)
    assert set(file.told) == {name for one in news for name in one.told}
    assert file.counts == {name: sum(one.counts.get(name, 0) for one in news) for name in file.counts}
    assert {tag.name for tag in file.tags} == {tag.name for one in news for tag in one.tags}
    assert {issue.id for issue in file.issues} == {issue.id for one in news for issue in one.issues}
    assert file.seen_at == max(one.at for one in news)


@given(st.lists(_NEWS, min_size=1, max_size=5))
def test_the_latest_word_on_consent_counts_and_taking_back_wins_a_tie(news: list[News]) -> None:
    said = [(one.at, one.consent is Agreed.WITHDRAWN, one.consent) for one in news if one.consent]
    file = joined(EMPTY, news)
    assert (file.consent.state if file.consent else None) == (max(said)[2] if said else None)
    assert file.wants_offers == (bool(said) and max(said)[2] is Agreed.GRANTED)


@given(st.lists(_TAGS, min_size=1, max_size=6))
def test_what_a_person_says_of_a_tag_stands_above_every_rule(tags: list[Tag]) -> None:
    file = joined(EMPTY, [News("b1", NIGHT, tags=tuple(tags))])
    for held in file.tags:
        people = [tag for tag in tags if tag.name == held.name and tag.by != RULE]
        assert (held.by != RULE) == bool(people)
        assert held.at == max(tag.at for tag in people or tags if tag.name == held.name)


@given(st.lists(_NEWS, max_size=4))
def test_a_file_is_read_back_as_it_was_kept(news: list[News]) -> None:
    adapter, file = TypeAdapter(Buyer), joined(EMPTY, news)
    assert adapter.validate_json(adapter.dump_json(file)) == file


def test_a_file_of_an_older_version_is_read_with_what_it_has() -> None:
    assert TypeAdapter(Buyer).validate_json('{"id": "b1"}') == EMPTY


def test_nobody_who_never_agreed_is_sent_offers() -> None:
    assert not EMPTY.wants_offers
    assert not Buyer("b1", consent=Consent(Agreed.WITHDRAWN, NIGHT)).wants_offers


def test_a_file_does_not_grow_without_end() -> None:
    many = [
        News(
            "b1", NIGHT + timedelta(minutes=number), told={f"measure.{number}": "1"},
            tags=(Tag(f"t{number}", RULE, NIGHT),),
            issues=(Issue(f"i{number:03}", "c1", "unclear", NIGHT + timedelta(minutes=number)),),
        )
        for number in range(99)
    ]  # fmt: skip
    file = joined(EMPTY, many)
    assert (len(file.told), len(file.tags), len(file.issues)) == (VALUES, TAGS, ISSUES)
    assert (file.issues[-1].id, file.open_issues[0].id) == ("i098", "i098")


def test_matters_of_a_conversation_that_people_closed_are_done() -> None:
    issues = tuple(Issue(one, one, "unclear", NIGHT) for one in ("c1", "c2"))
    later = NIGHT + timedelta(hours=7)
    file = joined(EMPTY, [News("b1", NIGHT, issues=issues), News("b1", later, closed=("c1",))])
    assert [issue.id for issue in file.open_issues] == ["c2"]
    again = with_news(file, replace(News("b1", later), issues=issues))
    assert [issue.done_at for issue in again.issues] == [later, None]


def test_a_value_told_later_takes_the_place_of_the_older() -> None:
    earlier, later = NIGHT, NIGHT + timedelta(days=1)
    news = [News("b1", later, told={"weight": "60"}), News("b1", earlier, told={"weight": "52", "height": "165"})]
    assert joined(EMPTY, news).told == {"height": Told("165", earlier), "weight": Told("60", later)}
