"""How fast the matcher is, beside one RapidFuzz pass over the same lines.

In: a lexicon, lines, messages. Out: microseconds a message, seconds to load, memory, ratios, growth. Never: a verdict.

Each size runs in a process of its own, so that its memory is its own. Times are the best of several rounds.
"""

import gc
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter

from rapidfuzz import fuzz, process

from bot.core.lexicon import Lexicon
from bot.core.match import Matcher
from bot.core.meaning import SMALL_TALK
from bot.core.text import bare
from tests.bench.crowd import crowd
from tests.bench.peers import Example
from tests.bench.show import Row

SIZES = (1_000, 10_000, 50_000)
ROUNDS = 5
MESSAGES = 300
SLOW = 40  # messages for `WRatio`, which takes tens of milliseconds each
Asks = Sequence[Example]


def match(lexicon: Lexicon, asks: Asks, texts: Sequence[str], sizes: Sequence[int] = SIZES) -> list[Row]:
    """One row a size; `growth` against the first."""
    rows = [alone(lexicon, crowd(asks, size), texts) for size in sizes]
    return [{**row, "growth": round(float(str(row["rank us"])) / float(str(rows[0]["rank us"])), 2)} for row in rows]


def alone(lexicon: Lexicon, lines: Asks, texts: Sequence[str]) -> Row:
    """One size, measured in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measured, lexicon, lines, texts).result()


def measured(lexicon: Lexicon, lines: Asks, texts: Sequence[str], rounds: int = ROUNDS) -> Row:
    """One size, here. The matcher's time is from the text as written; RapidFuzz gets texts already in normal form."""
    gc.collect()
    before, start = resident(), perf_counter()
    matcher = Matcher(lines, lexicon, SMALL_TALK)
    load, kept = perf_counter() - start, resident() - before
    plain, queries = [bare(line.text) for line in lines], [bare(text) for text in texts]
    rank = microseconds(matcher.rank, texts, rounds)
    ratio = microseconds(lambda text: process.extractOne(text, plain, scorer=fuzz.ratio), queries, rounds)
    wide = microseconds(lambda text: process.extractOne(text, plain), queries[:SLOW], 1)
    return {
        "asks": len(lines), "rank us": round(rank, 1), "ratio us": round(ratio, 1), "WRatio us": round(wide, 1),
        "rank / ratio": round(rank / ratio, 2), "WRatio / rank": round(wide / rank, 1),
        "ratio / rank": round(ratio / rank, 1), "load s": round(load, 2), "MiB": round(kept / 2**20, 1),
        "messages": len(texts),
    }  # fmt: skip


def microseconds(once: Callable[[str], object], texts: Sequence[str], rounds: int) -> float:
    """A message's time on average, in the best of some rounds."""
    return min(_round(once, texts) for _ in range(rounds)) / max(1, len(texts)) * 1e6


def resident() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    pages = Path("/proc/self/statm")
    return int(pages.read_text("ascii").split()[1]) * 4096 if pages.exists() else 0


def _round(once: Callable[[str], object], texts: Sequence[str]) -> float:
    start = perf_counter()
    for text in texts:
        once(text)
    return perf_counter() - start
