"""How a message is read: one normal form for matching, and its clauses.

In: raw text of a buyer. Out: text without decoration. Never: a meaning.
"""

import re
import unicodedata

from bot.core.once import remembered

_NOISE = re.compile(r"[\W_]+")
_REPEATS = re.compile(r"([^0-9])\1\1+")
_OPENING = re.compile(
    r"^(?:亲爱的|亲亲|亲|老板娘?|掌柜的?|店家|店主|客服|小二|你好啊?|您好|hello|hi|哈喽|嗨|在吗|在么|在不在|请问一下|请问下|请问|麻烦问一?下|想问一?下|问一?下|咨询一?下|那个)+"
)
_CLOSING = re.compile(r"(?:(?<=.{4})谢谢|(?<=.{4})谢了|亲亲?|呀|啊|呢|哦|噢|哈|嘛|啦|哟|哒|的说)+$")
_CLOSERS = frozenset("谢了亲呀啊呢哦噢哈嘛啦哟哒说")  # the last letters of those
_CLAUSE_END = re.compile(r"[。？！?!;；\n…~～]+")


@remembered
def plain(text: str) -> str:
    """NFKC, lower case, only letters (of any script) and digits; three or more of the same letter become one."""
    folded = unicodedata.normalize("NFKC", text).lower()
    letters = folded if folded.isalnum() else _NOISE.sub("", folded)
    # To look is three times as fast as to replace, and most texts have no repeats.
    return _REPEATS.sub(r"\1", letters) if _REPEATS.search(letters) else letters


@remembered
def bare(text: str) -> str:
    """`plain` without an opening courtesy and closing particles, unless nothing would be left."""
    whole = plain(text)
    rest = _OPENING.sub("", whole) or whole
    return (_CLOSING.sub("", rest) or rest) if rest[-1:] in _CLOSERS else rest


def clauses(text: str) -> tuple[str, ...]:
    """The parts between full stops, question marks and line ends, as written, without empty ones."""
    return tuple(part.strip() for part in _CLAUSE_END.split(text) if plain(part))


def readable(text: str) -> str:
    """The text as a person should see it: no control or invisible characters, no broken surrogates."""
    if text.isprintable():
        return text.strip()
    kept = (char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return "".join(kept).strip()
