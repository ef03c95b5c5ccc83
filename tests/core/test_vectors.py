"""An encoder adds two senses; a fake one knows what its words mean."""

from collections.abc import Sequence

import numpy as np

from bot.core.book import Ask
from bot.core.descent import Floats
from bot.core.lexicon import lexicon_of
from bot.core.match import Matcher
from bot.core.vectors import Vectors
from tests.core.book import rules

MEANINGS = {"启程": 0, "发货": 0, "动身": 0, "退钱": 1, "退款": 1, "吃饭": 2}


def encode(texts: Sequence[str]) -> Floats:
    """One place a meaning; a text that means nothing points nowhere."""
    rows = np.zeros((len(texts), 4), np.float32)
    for row, text in zip(rows, texts, strict=True):
        row[next((place for word, place in MEANINGS.items() if word in text), 3)] = 1
    return rows


LINES = ["什么时候发货", "今天发货吗", "我要退款", "退款呢", "你吃饭了吗", "一起吃饭"]
LABELS = [0, 0, 1, 1, 2, 2]


def test_a_text_is_close_to_the_intent_that_means_the_same() -> None:
    odds, closeness = Vectors(encode, LINES, LABELS, 3).read("啥时动身")
    assert (int(odds.argmax()), int(closeness.argmax())) == (0, 0)
    assert float(closeness[0]) == 1
    assert float(closeness[1]) == 0


def test_an_intent_without_lines_is_close_to_nothing() -> None:
    odds, closeness = Vectors(encode, LINES, LABELS, 5).read("退钱")
    assert closeness.tolist() == [0, 1, 0, 0, 0]
    assert int(odds.argmax()) == 1


def test_without_lines_nothing_is_learned() -> None:
    odds, closeness = Vectors(encode, [], [], 2).read("退钱")
    assert (odds.tolist(), closeness.tolist()) == ([0, 0], [0, 0])


def test_the_encoder_moves_the_ranking_of_words_that_no_line_has() -> None:
    asks = [
        Ask(text, intent, f"replies/a.md:{line}")
        for line, (text, intent) in enumerate(zip(LINES, ["ship"] * 2 + ["refund"] * 2 + ["oos"] * 2, strict=True), 1)
    ]
    lexicon = lexicon_of(rules().concepts)
    without, with_it = Matcher(asks, lexicon), Matcher(asks, lexicon, encode=encode)

    def share(matcher: Matcher) -> float:
        return next(match.score for match in matcher.rank("启程没") if match.intent == "ship")

    assert with_it.rank("启程没")[0].intent == "ship"
    assert share(with_it) > share(without)
