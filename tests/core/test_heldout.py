"""What a line would be taken for if nobody had written it."""

from collections import Counter

from bot.core.book import Ask
from bot.core.heldout import EVERY, MOST, against_taught, unseen
from bot.core.lexicon import lexicon_of
from bot.core.match import Matcher
from bot.core.rules.work import EXACT
from tests.core.book import rules

LEXICON = lexicon_of(rules().concepts)
WAYS = ("请问{}", "我想知道{}", "{}能说说吗", "{}怎么样", "麻烦讲下{}", "{}在哪看")
SAID = {
    "carrier": ("发什么快递", "走哪家物流", "用的哪个快递公司", "寄什么快递"),
    "invoice": ("开发票", "发票抬头", "电子发票", "发票类型"),
    "size": ("穿多大码", "尺码", "选什么码数", "码数大小"),
}
ASKS = tuple(
    Ask(way.format(said), intent, f"replies/{intent}.md:{place}")
    for intent, lines in SAID.items()
    for place, (said, way) in enumerate(((said, way) for said in lines for way in WAYS), 5)
)
ASTRAY = Ask("发票抬头怎么写", "size", "replies/size.md:99")


def _first(asks: tuple[Ask, ...]) -> list[str]:
    found = zip(asks, against_taught(Matcher(asks, LEXICON), asks), strict=True)
    return [ranked[0].intent if ranked else ask.intent for ask, ranked in found]


def test_lines_that_others_of_their_intent_are_like_are_read_right() -> None:
    assert _first(ASKS) == [ask.intent for ask in ASKS]


def test_a_line_in_the_wrong_file_is_read_as_its_neighbours() -> None:
    assert _first((*ASKS, ASTRAY))[-1] == "invoice"


def test_a_line_that_stands_twice_does_not_vouch_for_itself() -> None:
    again = Ask("亲，发票抬头怎么写呢？", "size", "replies/size.md:100")
    assert _first((*ASKS, ASTRAY, again))[-2:] == ["invoice", "invoice"]


def test_no_line_is_taken_word_for_word_or_is_near_to_itself() -> None:
    found = against_taught(Matcher((*ASKS, ASTRAY), LEXICON), (*ASKS, ASTRAY))
    assert any(found)
    for number, ranked in enumerate(found):
        assert all(match.score < EXACT and match.index != number for match in ranked)


def test_the_matcher_itself_goes_on_as_before() -> None:
    matcher = Matcher(ASKS, LEXICON)
    before = [matcher.rank(ask.text) for ask in ASKS]
    against_taught(matcher, ASKS)
    assert [matcher.rank(ask.text) for ask in ASKS] == before
    assert all(ranked[0].score == EXACT for ranked in before)


def test_some_lines_of_every_intent_are_tried_unseen() -> None:
    tried = Counter(ask.intent for ask, _ in unseen(ASKS, LEXICON))
    assert tried == {intent: len(lines) * len(WAYS) // EVERY for intent, lines in SAID.items()}


def test_of_a_long_file_no_more_than_a_sample_is_tried() -> None:
    many = tuple(Ask(f"第{number}种尺码", "size", f"replies/size.md:{number}") for number in range(400))
    tried = [ask for ask, _ in unseen((*ASKS, *many), LEXICON) if ask.intent == "size"]
    assert MOST // 2 < len(tried) <= MOST
    assert {ask in many[:200] for ask in tried} == {True, False}


def test_what_is_alike_is_understood_unseen() -> None:
    read = unseen(ASKS, LEXICON)
    assert sum(intent == ask.intent for ask, intent in read) > 0.8 * len(read)


def test_a_line_that_stands_twice_is_tried_once_and_learned_from_never() -> None:
    alone = Ask("蓝莓慕斯", "size", "replies/size.md:98")
    twice = Ask("亲，蓝莓慕斯", "size", "replies/size.md:99")
    asks = (*(ask for ask in ASKS if ask.intent != "size"), alone, twice, *ASKS[:1])
    assert [ask for ask, _ in unseen(asks, LEXICON) if ask.intent == "size"] in ([], [twice])


def test_without_asks_nothing_is_told() -> None:
    assert against_taught(Matcher((), LEXICON), ()) == []
    assert unseen((), LEXICON) == []
