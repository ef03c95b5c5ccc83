"""Sizes: those that are asked about and those that a buyer usually wears.

In: a folded text with digits, the shop's words, for the second look the item's own. Out: one printed size.
Never: one of two that are named alike.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from bot.core.once import once
from bot.core.reading.named import Mention, Vocabulary
from bot.core.rules.shop import Sizes

_SIZE = r"(?:[2-9]x[sl]|x{0,6}[sl]|m|\d{2}(?:\.5|码半|半)|\d{2}|1[0-9]\d)"
_HABIT = r"(?:平时|平常|平日|一般|通常|日常|往常|从来|经常|习惯|基本上?|向来)"
_USUAL = re.compile(
    rf"{_HABIT}([^,。;!?\n0-9a-z]{{0,8}}?)({_SIZE})(?![0-9a-z.])\s*(码|号)?(?!\s*(?:元|块|斤|kg|cm|天|个|件|次|分|%|岁|点))"
)
_OWN_SIZE = re.compile(
    rf"(?:鞋码|裤码|衣码|码数|鞋号|裤号|内衣码|我的码)\s*(?:是|:|为|大概)?\s*({_SIZE})(?![0-9a-z.])\s*(?:码|号)?"
)
_GARMENT = re.compile(rf"(?:裤子|鞋子|衣服|上衣|裙子|裤|鞋|牛仔裤)(?:是|穿)?\s*({_SIZE})\s*(?:码|号)的?(?=$|[\s,。;])")
_LETTER = re.compile(r"[smlx\d]")  # without one there is no size
_ASKING = re.compile(r"有|吗|么|还|呢|\?|换|要|货|几|多")
_WEARS = re.compile(r"[穿码号鞋裤衣买选拍是]")
_OR = re.compile(
    rf"\s*(?:或者?|/|、|和|-|~|到|还是|跟|,?\s*(?:皮鞋|运动鞋|球鞋|凉鞋|鞋子?|裤子?|上衣|衣服|外套)穿?)\s*{_SIZE}(?![0-9a-z])"
)
_NO_SIZE = re.compile(r"\s*(?:[一1][个码号]|[个点些半]|力|\.\d)")
_NUMBERED = re.compile(r"\s*(?:码(?!半)|号(?!楼|线))")
_NO_NUMBER = re.compile(
    r"\s*(?:元|块|斤|公斤|kg|cm|厘米|天|个|件|双|条|岁|%|折|分|点|月|日|楼|年|包|盒|瓶|米|寸|到|-|~|以|左右|多|几|券|减)"
)
_HOW = frozenset("多最偏太")  # 穿多大码 asks for a size and names none
_ITEMS = 256  # the sizes of so many items are remembered
_LAST_OF_MONTH = 31  # 30号 is a day


def read_usual(text: str, sizes: Sizes) -> tuple[str | None, str]:
    """The size that the buyer says to wear, and the text without that saying; two of them are none."""
    if not _LETTER.search(text):
        return None, text
    hits = [*_usual_hits(text), *((hit[1], hit) for hit in _OWN_SIZE.finditer(text)), *_garments(text)]
    either = {hit.end(): found.end() for _, hit in hits if (found := _OR.match(text, hit.end()))}
    rest = text
    for _, hit in hits:
        rest = rest.replace(text[hit.start() : either.get(hit.end(), hit.end())], " ")
    names = {_printed(token, sizes) for token, _ in hits}
    return (names.pop() if len(names) == 1 and not either else None), rest


def _usual_hits(text: str) -> Iterable[tuple[str, re.Match[str]]]:
    """A bare figure is a size only where wearing is spoken of: 一般39元."""
    for hit in _USUAL.finditer(text):
        if not hit[2].isdigit() or hit[3] or _WEARS.search(hit[1]):
            yield hit[2], hit


def _garments(text: str) -> Iterable[tuple[str, re.Match[str]]]:
    """裤子28码 tells; 裤子28码有吗 asks."""
    if not _ASKING.search(text):
        yield from ((hit[1], hit) for hit in _GARMENT.finditer(text))


def _printed(token: str, sizes: Sizes) -> str:
    """The shop's form of a size: xxl is 2XL, 37码半 is 37.5."""
    halved = re.sub(r"码?半$", ".5", token)
    return next((name for name, also in sizes.words.items() if halved in _lower(name, *also)), halved.upper())


def is_size(word: str, sizes: Sizes) -> bool:
    """Whether a whole word is a size of the shop's."""
    return word.lower() in _shop_words(sizes)


def read_size(text: str, sizes: Sizes, own: tuple[str, ...] = ()) -> str | None:
    """The one size that is named: of the item's `own` where they are known, else of the shop's words."""
    said = [one for one in _vocabulary(sizes)(own).mentions(text) if _stands(one, text, own)]
    names = dict.fromkeys(one.name for one in said)
    return next(iter(names)) if len(names) == 1 else None


@once
def _shop_words(sizes: Sizes) -> dict[str, str]:
    return {word: name for name, also in sizes.words.items() for word in _lower(name, *also)}


@once
def _vocabulary(sizes: Sizes) -> Callable[[tuple[str, ...]], Vocabulary]:
    """The words for all sizes, the shop's and an item's own."""
    shop = _shop_words(sizes)
    return lru_cache(_ITEMS)(lambda own: Vocabulary(_size_words(shop, own), {}))


def _size_words(shop: Mapping[str, str], own: tuple[str, ...]) -> dict[str, str]:
    """Every word for a size; an item's own print wins over the shop's for the same size (XXL over 2XL)."""
    words = dict(shop)
    for printed in own:
        same = words.get(printed.lower())
        words |= {word: printed for word, name in words.items() if same and name == same}
        words[printed.lower()] = printed
    lettered = any(re.search("[a-z]", word.lower()) for word in own) or not own
    return {word: name for word, name in words.items() if word.isascii() or name in own or lettered}


def _stands(one: Mention, text: str, own: tuple[str, ...]) -> bool:
    word = text[one.start : one.end]
    if not word.isdigit():
        return not _NO_SIZE.match(text, one.end) and text[: one.start][-1:] not in _HOW
    if text[one.start - 1 : one.start] == "." and one.start:
        return False
    if found := _NUMBERED.match(text, one.end):
        return found[0].strip() == "码" or int(word) > _LAST_OF_MONTH
    return (
        word in own
        and "半" not in text[one.end : one.end + 2]
        and not _NO_NUMBER.match(text, one.end)
        and text[one.start - 1 : one.start] not in {"-", "第"}
    )


def _lower(*words: str) -> list[str]:
    return [word.lower() for word in words]
