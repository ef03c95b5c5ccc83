"""Which ask a text is like."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from bot.core.book import Ask
from bot.core.lexicon import lexicon_of
from bot.core.match import KEPT, Matcher, Remembering
from bot.core.rules.work import EXACT
from tests.core.book import TOPICS, rules

ASKS = tuple(ask for topic in TOPICS for ask in topic.asks)
LEXICON = lexicon_of(rules().concepts)
MATCHER = Matcher(ASKS, LEXICON)


def best(text: str, *more: Ask) -> str:
    return Matcher((*ASKS, *more), LEXICON).rank(text)[0].intent


def test_a_written_line_wins_with_full_score() -> None:
    for ask in ASKS:
        top = MATCHER.rank(ask.text)[0]
        assert (top.intent, top.score) == (ask.intent, EXACT)


def test_courtesies_do_not_spoil_a_written_line() -> None:
    assert MATCHER.rank("亲，请问什么时候发货呀？")[0].score == EXACT


def test_a_paraphrase_finds_the_nearest_line_which_is_named() -> None:
    top = MATCHER.rank("快递现在到哪里了呀")[0]
    assert top.index is not None
    assert ASKS[top.index].text == "快递到哪里了"
    assert top.score < EXACT


def test_one_more_line_counts_at_once() -> None:
    text = "宝贝啥时候启程"
    written = Ask(text, "ship_time", "replies/a.md:9")
    assert all(match.score < EXACT for match in MATCHER.rank(text))
    assert (best(text, written), best("亲，宝贝啥时候启程呢", written)) == ("ship_time", "ship_time")


def test_of_two_equal_lines_the_first_written_speaks() -> None:
    asks = (Ask("有货吗", "stock", "a:1"), Ask("有货吗？", "restock", "b:1"))
    assert Matcher(asks, LEXICON).rank("有货吗")[0].index == 0


def test_each_intent_is_ranked_once_best_first() -> None:
    ranked = MATCHER.rank("快递什么时候发货到哪里了")
    scores = [match.score for match in ranked]
    assert scores == sorted(scores, reverse=True)
    assert len({match.intent for match in ranked}) == len(ranked)


def test_a_text_without_letters_is_like_nothing() -> None:
    assert MATCHER.rank("？！…") == ()


def test_without_asks_nothing_is_like_anything() -> None:
    assert Matcher((), LEXICON).rank("有货吗") == ()


def test_the_ranking_does_not_depend_on_the_order_of_other_intents_lines() -> None:
    text = "今天能发什么快递"
    found = {
        tuple((match.intent, round(match.score, 1)) for match in Matcher(order, LEXICON).rank(text))
        for order in itertools.islice(itertools.permutations(ASKS[:6]), 0, 720, 60)
    }
    assert len(found) == 1


@given(st.text(st.sampled_from("快递发货有吗什么时候码abc1 ？"), max_size=40))
def test_any_text_is_ranked_the_same_by_every_matcher(text: str) -> None:
    ranked = MATCHER.rank(text)
    assert ranked == Matcher(ASKS, LEXICON).rank(text)
    assert all(0 <= match.score <= EXACT for match in ranked)


@given(st.text())
def test_no_text_breaks_the_matcher(text: str) -> None:
    assert isinstance(MATCHER.rank(text), tuple)


def test_a_clear_lead_makes_surer_than_a_rival_at_its_heels() -> None:
    rival = Ask("什么时候发货呢亲们", "other", "replies/a.md:1")
    alone, pressed = MATCHER.rank("什么时候能发货")[0], Matcher((*ASKS, rival), LEXICON).rank("什么时候能发货")[0]
    assert alone.score > pressed.score


def test_kin_are_no_rivals() -> None:
    said = {"thanks": ("多谢", "太多谢"), "closing": ("多谢再见", "多谢拜拜"), "stock": ("有货吗", "还有货吗")}
    asks = [Ask(text, intent, f"{intent}.md:1") for intent, texts in said.items() for text in texts]
    apart, kin = Matcher(asks, LEXICON), Matcher(asks, LEXICON, frozenset({"thanks", "closing"}))

    def closing(matcher: Matcher) -> float:
        return next(match.score for match in matcher.rank("真多谢") if match.intent == "closing")

    assert closing(kin) > closing(apart)


@given(st.text("货发到票退什么时候吗"))
def test_confidence_is_a_share_of_a_hundred(text: str) -> None:
    assert all(0.0 <= match.score <= EXACT for match in MATCHER.rank(text))


@given(st.lists(st.one_of(st.text(max_size=20), st.sampled_from([ask.text for ask in ASKS])), max_size=8))
def test_texts_ranked_together_are_ranked_as_each_alone(texts: list[str]) -> None:
    assert MATCHER.rank_all(texts) == list(map(MATCHER.rank, texts))


def test_what_was_foreseen_or_asked_before_is_ranked_as_ever() -> None:
    remembering, texts = Remembering(MATCHER), [ask.text for ask in ASKS]
    remembering.foresee(texts[::2])
    assert list(map(remembering.rank, (*texts, *texts))) == list(map(MATCHER.rank, (*texts, *texts)))


def test_more_texts_than_are_kept_are_ranked_as_ever() -> None:
    remembering = Remembering(MATCHER)
    remembering.foresee(map(str, range(KEPT + 10)))
    assert remembering.rank("快递到哪里了") == MATCHER.rank("快递到哪里了")
    assert remembering.rank("1") == MATCHER.rank("1")
