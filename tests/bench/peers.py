"""What other tools make of the same messages with the same examples.

In: all asks of a book, labelled lines, one peer. Out: guesses and microseconds. Never: an advantage for Yeban: peers
see texts in the same normal form, and their thresholds are read off the very lines they are judged on.

A fuzzy peer is run twice: without the lines out of scope, as it is usually used, and with them as one more class.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from time import perf_counter
from types import ModuleType

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from bot.core.book import OOS
from bot.core.text import plain
from tests.bench.data import BenchError
from tests.bench.figures import NEVER, Guess

Judge = Callable[[str], Guess]
Scores = NDArray[np.float64]
FUZZY = {
    "ratio": fuzz.ratio,
    "WRatio": fuzz.WRatio,
    "token_set_ratio": fuzz.token_set_ratio,
    "partial_ratio": fuzz.partial_ratio,
}
LOOSE = 10.0  # C of the logistic regression: better here than scikit-learn's 1
_ENOUGH = 1e-3


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    intent: str


@dataclass(frozen=True, slots=True)
class Peer:
    """`learn` makes a judge from examples; it may take minutes."""

    name: str
    learn: Callable[[Sequence[Example]], Judge]


def library(name: str) -> ModuleType:
    """A module of the extra `bench`; `BenchError` without it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise BenchError(f"{name} is missing: pip install --require-hashes -r tests/bench/requirements.lock") from error


def timed(judge: Judge, texts: Sequence[str]) -> tuple[list[Guess], float]:
    """All guesses, one message at a time, and the microseconds each took on average."""
    start = perf_counter()
    guesses = [judge(text) for text in texts]
    return guesses, (perf_counter() - start) / max(1, len(texts)) * 1e6


def peers() -> list[Peer]:
    """Everything that runs in this process, the quick ones first."""
    return [
        *(Peer(f"RapidFuzz {name}{_mark(oos)}", _fuzzy(name, with_oos=oos)) for name in FUZZY for oos in (False, True)),
        *(Peer(f"BM25 characters 1-2{_mark(oos)}", _bm25(with_oos=oos)) for oos in (False, True)),
        *(Peer(f"TF-IDF characters 1-3 nearest{_mark(oos)}", _tfidf(with_oos=oos)) for oos in (False, True)),
        Peer(f"TF-IDF + logistic regression{_mark(True)}", learn_regression),
    ]


def nearest(score: Callable[[str], Scores], examples: Sequence[Example], *, with_oos: bool) -> Judge:
    """The line of the highest score speaks; with `with_oos` the lines out of scope may silence it."""
    outside = np.array([example.intent == OOS for example in examples])

    def judge(text: str) -> Guess:
        scores = score(plain(text))
        inside = np.where(outside, NEVER, scores)
        place = int(inside.argmax())
        silenced = with_oos and bool((scores[outside] > inside[place]).any())
        return Guess(examples[place].intent, NEVER if silenced else float(inside[place]))

    return judge


def learn_regression(examples: Sequence[Example]) -> Judge:
    """scikit-learn's own, as its documentation has it; lines out of scope are one more class."""
    vectors = library("sklearn.feature_extraction.text").TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2)
    table = vectors.fit_transform([plain(example.text) for example in examples])
    model = library("sklearn.linear_model").LogisticRegression(C=LOOSE, tol=_ENOUGH, max_iter=300)
    model.fit(table, [example.intent for example in examples])
    names = [str(name) for name in model.classes_]

    def judge(text: str) -> Guess:
        order = np.argsort(-(shares := model.predict_proba(vectors.transform([plain(text)]))[0]))
        place = next(int(at) for at in order if names[at] != OOS)
        return Guess(names[place], NEVER if names[order[0]] == OOS else float(shares[place]))

    return judge


def _mark(oos: bool) -> str:
    return ", oos as a class" if oos else ""


def _fuzzy(name: str, *, with_oos: bool) -> Callable[[Sequence[Example]], Judge]:
    scorer = FUZZY[name]

    def learn(examples: Sequence[Example]) -> Judge:
        inside = [(plain(example.text), example.intent) for example in examples if example.intent != OOS]
        lines, outside = [text for text, _ in inside], [plain(one.text) for one in examples if one.intent == OOS]

        def judge(text: str) -> Guess:
            found = process.extractOne(plain(text), lines, scorer=scorer, score_cutoff=0.0)
            if found is None:
                return Guess(None, NEVER)
            rival = process.extractOne(plain(text), outside, scorer=scorer) if with_oos else None
            return Guess(inside[found[2]][1], NEVER if rival and rival[1] > found[1] else found[1])

        return judge

    return learn


def _bm25(*, with_oos: bool) -> Callable[[Sequence[Example]], Judge]:
    def learn(examples: Sequence[Example]) -> Judge:
        index = library("bm25s").BM25()
        index.index([_pieces(plain(example.text)) for example in examples], show_progress=False)

        def score(text: str) -> Scores:
            pieces = _pieces(text)
            return np.asarray(index.get_scores(pieces) if pieces else np.zeros(len(examples)), np.float64)

        return nearest(score, examples, with_oos=with_oos)

    return learn


def _pieces(text: str) -> list[str]:
    return [text[start : start + size] for size in (1, 2) for start in range(len(text) - size + 1)]


def _tfidf(*, with_oos: bool) -> Callable[[Sequence[Example]], Judge]:
    def learn(examples: Sequence[Example]) -> Judge:
        vectors = library("sklearn.feature_extraction.text").TfidfVectorizer(analyzer="char", ngram_range=(1, 3))
        lines = vectors.fit_transform([plain(example.text) for example in examples]).T.tocsc()
        return nearest(lambda text: (vectors.transform([text]) @ lines).toarray()[0], examples, with_oos=with_oos)

    return learn
