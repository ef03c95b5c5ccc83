"""Colours: by the shop's words, and by the item's own once it is known.

In: a folded text, the shop's words, the item's colours. Out: one colour. Never: one of two that are named alike, one
that the buyer refuses, a colour that only looks similar.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from bot.core.once import once
from bot.core.reading.named import Mention, Vocabulary
from bot.core.reading.routes import not_refused
from bot.core.rules.shop import Sizes

_COLOUR_END = "色"
_SHADES = frozenset("浅深淡暗亮")
_MODIFIERS = _SHADES | frozenset("大小纯本正")
_ITEMS = 256  # the colours of so many items are remembered
_TOO_SHORT = 2  # 嘿色 may be any colour; such slips are words of rules/sizes.yaml


def read_color(folded: str, sizes: Sizes) -> str | None:
    """The one colour that is named, by the shop's words."""
    if not _shop_colors(folded, sizes):
        return None
    open_part = _without_refused(folded, sizes, ())
    names = dict.fromkeys(one.name for one in _shop_colors(open_part, sizes))
    return next(iter(names)) if len(names) == 1 else None


def names_color(folded: str, sizes: Sizes, own: tuple[str, ...]) -> bool:
    """Whether a text speaks of colours at all, be it to refuse them."""
    return bool(_shop_colors(folded, sizes) or _own_colors(folded, own) or _nearly(folded, sizes, own))


def read_own_color(folded: str, sizes: Sizes, own: tuple[str, ...]) -> str | None:
    """The item's colour that is meant: by its own name, by its kind if only one is of it, by a slip of the pen.

    A colour that the item lacks is named by the shop's word; of several that fit none is.
    """
    folded = _without_refused(folded, sizes, own)
    said = dict.fromkeys(_own_colors(folded, own))
    rest = folded
    for name in said:
        rest = rest.replace(_stem(name), " ")
    for one in _shop_colors(rest, sizes):
        said |= dict.fromkeys(_of_kind(one, rest, sizes, own))
    if not said:
        said = dict.fromkeys(_nearly(folded, sizes, own))
    return next(iter(said)) if len(said) == 1 else None


def _without_refused(folded: str, sizes: Sizes, own: tuple[str, ...]) -> str:
    """The text with a blank for each colour that the buyer refuses, shade and all (不要深蓝色, 除了黑色)."""
    said = tuple(_with_shade(one, folded) for one in _colors(sizes)(own).mentions(folded))
    for one in set(said) - set(not_refused(folded, said)):
        folded = folded[: one.start] + " " * (one.end - one.start) + folded[one.end :]
    return folded


def _with_shade(one: Mention, folded: str) -> Mention:
    return replace(one, start=one.start - 1) if folded[: one.start][-1:] in _SHADES else one


def _own_colors(folded: str, own: tuple[str, ...]) -> list[str]:
    return [one.name for one in _own_vocabulary(own).mentions(folded)]


@lru_cache(_ITEMS)
def _own_vocabulary(own: tuple[str, ...]) -> Vocabulary:
    return Vocabulary(_own_words(own), {})


@once
def _colors(sizes: Sizes) -> Callable[[tuple[str, ...]], Vocabulary]:
    """The words for all colours, the shop's and an item's own."""
    shop, decoys = _shop_words(sizes), sizes.not_colors
    return lru_cache(_ITEMS)(lambda own: Vocabulary(shop | _own_words(own), {}, decoys))


def _own_words(own: tuple[str, ...]) -> dict[str, str]:
    """The item's colours as they are printed, with or without 色; a stem of one letter says too little."""
    return {name.lower(): name for name in own} | {_stem(name): name for name in own if len(_stem(name)) > 1}


def _shop_colors(folded: str, sizes: Sizes) -> tuple[Mention, ...]:
    return _colors(sizes)(()).mentions(folded)


def _shop_words(sizes: Sizes) -> dict[str, str]:
    return {word: name for name, also in sizes.colors.items() for word in _lower(name, *also)}


def _of_kind(one: Mention, folded: str, sizes: Sizes, own: tuple[str, ...]) -> list[str]:
    """酒红 is the item's red where it has no 酒红; 墨绿 is not its 军绿, and 咖色 is its 咖啡色."""
    kin = [name for name in own if _kind(name, sizes) == one.name]
    shade = folded[: one.start][-1:]
    if shade in _SHADES and kin:
        return [name for name in kin if name.startswith(shade)]
    if one.name in own or not kin:
        return [one.name]
    said = _stem(folded[one.start : one.end].removesuffix("的"))
    plain = said == _stem(one.name)
    return kin if plain else [name for name in kin if set(said) <= set(_stem(name)) or set(_stem(name)) <= set(said)]


def _kind(color: str, sizes: Sizes) -> str | None:
    """The shop's colour for an item's: by any of its words, else by the last letter (雾霾蓝 is a 蓝色)."""
    stem = _stem(color)
    if known := _kinds(sizes).get(stem):
        return known
    return next((name for name in sizes.colors if len(_stem(name)) == 1 and stem.endswith(_stem(name))), None)


@once
def _kinds(sizes: Sizes) -> dict[str, str]:
    """Each word's stem with the shop's colour; of two that share one the first."""
    words = [(_stem(word), name) for name, also in sizes.colors.items() for word in _lower(name, *also)]
    return dict(reversed(words))


def _nearly(folded: str, sizes: Sizes, own: tuple[str, ...]) -> list[str]:
    """Own colours of three and more letters with one wrong letter that no colour is written with."""
    letters = _letters(sizes, own)
    found = []
    for name in (one for one in own if len(one) > _TOO_SHORT):
        windows = (folded[at : at + len(name)] for at in range(len(folded) - len(name) + 1))
        if any(_one_slip(window, name.lower(), letters) for window in windows):
            found.append(name)
    return found


def _one_slip(window: str, name: str, letters: frozenset[str]) -> bool:
    if Levenshtein.distance(window, name, score_cutoff=1) != 1:
        return False
    wrong = [said for said, right in zip(window, name, strict=True) if said != right]
    return len(wrong) == 1 and wrong[0] not in letters and wrong[0].isalpha()


def _letters(sizes: Sizes, own: tuple[str, ...]) -> frozenset[str]:
    return _shop_letters(sizes).union(*own)


@once
def _shop_letters(sizes: Sizes) -> frozenset[str]:
    shop = (word for name, also in sizes.colors.items() for word in (name, *also))
    return frozenset("".join((*shop, *_MODIFIERS)))


def _stem(color: str) -> str:
    return color.lower().removesuffix(_COLOUR_END)


def _lower(*words: str) -> list[str]:
    return [word.lower() for word in words]
