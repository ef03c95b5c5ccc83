"""Chinese number words as digits, so that every other reader knows figures only.

In: a folded text. Out: the text with "一米六五 一百零四斤" as "1米65 104斤". Never: a guess; "三四十", "两三件" stay
words.
"""

import re
import unicodedata

from bot.core.once import remembered

_FIGURE = re.compile(r"\d")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_RUN = re.compile(r"(?<![\d.])[零〇一二两三四五六七八九十百千]+(?!\d)(?<!一(?=[般样下起些直定会共切旦律致边向来]))")
_D = "[一二两三四五六七八九]"
_PLACES = re.compile(rf"(?:({_D})千)?([零〇]?)(?:({_D}?)百)?([零〇]?)(?:({_D}?)十)?({_D}?)")
#: 一米七一百三十斤: a height's decimals end where the weight begins.
_GLUED = re.compile(
    rf"(?<=[一二两12]米)({_D}(?:[零〇]|{_D})??)(?={_D}?[百十]{_D}?[零〇一二三四五六七八九十]*(?:斤|公斤|kg|千克))"
)
#: After these a pair such as 三四 is two decimals, elsewhere "three or four".
_POINTS = frozenset("米m点.")


@remembered
def fold(text: str) -> str:
    """One form of letters: NFKC, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def has_figures(text: str) -> bool:
    """Whether there is anything to read for the readers of figures."""
    return _FIGURE.search(text) is not None


@remembered
def arabic(folded: str) -> str:
    """Number words become digits where they mean one number; all else stays as written."""
    return _RUN.sub(_figure, _GLUED.sub(r"\1 ", folded))


def _figure(found: re.Match[str]) -> str:
    run = found[0]
    if set(run) & set("十百千"):
        return _places(run)
    decimals = found.start() > 0 and found.string[found.start() - 1] in _POINTS
    if len(run) > 1 and ("两" in run or (not decimals and _is_about(run))):
        return run
    return "".join(str(_DIGITS[char]) for char in run)


def _is_about(run: str) -> bool:
    """三四, 七八: two neighbouring digits stand for "or so"."""
    return run in "一二三四五六七八九"


def _places(run: str) -> str:
    found = _PLACES.fullmatch(run)
    if found is None or run in {"百", "千"}:
        return run
    thousand, zero, hundred, nil, ten, one = found.groups()
    value = 1000 * _DIGITS.get(thousand or "", 0)
    value += 100 * _DIGITS.get(hundred, 1) if hundred is not None else 0
    value += 10 * _DIGITS.get(ten, 1) if ten is not None else 0
    return str(value + _DIGITS.get(one, 0) * _short_for(run[-2:-1], exact=bool(zero or nil)))


def _short_for(before: str, *, exact: bool) -> int:
    """一百三 is 130 and 一千二 is 1200; with a 零 or a 十 in between the last digit is a one."""
    return 1 if exact else {"百": 10, "千": 100}.get(before, 1)
