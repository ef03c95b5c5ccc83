"""The table of Yeban beside its peers on the same messages with the same examples.

In: a book, sets of labelled lines, perhaps a Python with ChatterBot. Out: one row a matcher and set. Never: a text.
"""

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.core.book import OOS, Book
from tests.bench.data import BenchError, Line
from tests.bench.figures import NEVER, Guess, Point, best, forced, points, reaching, scored, shares
from tests.bench.peers import Example, Peer, peers, timed
from tests.bench.shipped import claims, guess
from tests.bench.show import Row, rounded

WANTED = (0.90, 0.85)
CHATTER = Path(__file__).with_name("chatter.py")
CHATTED = 100  # messages a set: ChatterBot compares with every line in Python
Sets = dict[str, list[Line]]
Guesses = tuple[list[Guess], float]


def compare(book: Book, sets: Sets, chatterbot: str | None = None, only: str | None = None) -> Iterator[Row]:
    """Row by row as they are done. `only`: a part of the names of peers to run."""
    examples = [Example(ask.text, ask.intent) for ask in book.asks]
    here = {name: shares(scored(lines, claims(book, lines))) for name, lines in sets.items()}
    for name, point in here.items():
        yield {"matcher": "Yeban as shipped", "set": name, **_point(point), "messages": len(sets[name])}
    for peer in [Peer("Yeban's matcher", lambda _: lambda text: guess(book.matcher, text)), *peers()]:
        if only is None or only in peer.name:
            judge = peer.learn(examples)
            for name, lines in sets.items():
                yield _row(peer.name, name, lines, timed(judge, [line.text for line in lines]), here[name])
    if chatterbot:
        yield from _chatted(chatterbot, examples, sets, here)


def chat(python: str, examples: Sequence[Example], texts: Sequence[str]) -> Guesses:
    """ChatterBot's guesses, from a Python of its own."""
    job = {"examples": [[example.text, example.intent] for example in examples], "texts": list(texts)}
    done = subprocess.run(
        [python, "-P", str(CHATTER)], input=json.dumps(job), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BenchError(f"{python} ran no ChatterBot: {done.stderr.strip().splitlines()[-1:]}")
    said = json.loads(done.stdout)
    guesses = [Guess(None if intent == OOS else intent, NEVER if intent == OOS else sure) for intent, sure, _ in said]
    return guesses, sum(one[2] for one in said) / max(1, len(said))


def _chatted(python: str, examples: Sequence[Example], sets: Sets, here: dict[str, Point]) -> Iterator[Row]:
    """The first messages of each set, all in one process."""
    few = {name: lines[:CHATTED] for name, lines in sets.items()}
    texts = [line.text for lines in few.values() for line in lines]
    inside = [example for example in examples if example.intent != OOS]
    for mark, known in (("", inside), (", oos as a class", examples)):
        guesses, took = chat(python, known, texts)
        left = iter(guesses)
        for name, lines in few.items():
            yield _row(f"ChatterBot{mark}", name, lines, ([next(left) for _ in lines], took), here[name])


def _row(peer: str, name: str, lines: Sequence[Line], made: Guesses, ours: Point) -> Row:
    """`as precise`: its widest point at Yeban's precision; `as wide`: its most precise at Yeban's coverage."""
    guesses, took = made
    curve = points(lines, guesses)
    wide = {f"c{round(want * 100)}": _coverage(best(curve, want)) for want in WANTED}
    same, wider = best(curve, ours.precision), reaching(curve, ours.coverage)
    return {
        "matcher": peer, "set": name, "forced": rounded(forced(lines, guesses)), **wide,
        "as precise": _three(same), "as wide": _three(wider), "us": rounded(took, 0), "messages": len(lines),
    }  # fmt: skip


def _coverage(point: Point | None) -> float:
    return round(point.coverage, 3) if point else 0.0


def _three(point: Point | None) -> str | None:
    return f"{point.coverage:.2f} / {point.precision:.2f} / {point.false:.2f}" if point else None


def _point(point: Point) -> Row:
    return {"forced": None, "c90": None, "c85": None, "as precise": _three(point), "as wide": _three(point), "us": None}
