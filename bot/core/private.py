"""What may be shown of a person's words beyond the shop's own people: in a file that goes into git.

In: a text, the names that are known of whoever wrote it. Out: whether it tells of somebody; the same text without that.
Never: the benefit of the doubt. A harmless line that is left out costs nothing, a phone number in git stays there.

`masking` hides what is surely personal where people of the shop read along; this is stricter.
"""

import re
import unicodedata
from collections.abc import Collection

from bot.core.masking import HIDDEN, mask_name, mask_text

_CJK = "一-鿿"
#: The end of a number is enough to find an order by; so are an account's letters with figures among them.
_FIGURES = re.compile(r"\d{4,}|[零〇一二三四五六七八九幺]{4,}")
_HANDLE = re.compile(r"(?=[A-Za-z0-9_-]*[0-9_])[A-Za-z][A-Za-z0-9_-]{5,}")
_NAMES = re.compile(
    rf"(?:我叫|我姓|名叫)(?!什么|啥)[{_CJK}]{{1,4}}|[{_CJK}](?:先生|女士|小姐)|(?:收件人|收货人|联系人|姓名|尾号)(?!是?什么|是?谁|怎么|能|可以|填|写错)"
)
#: Of bounded length, so that a crowd of figures costs no time; longer ones are hidden as such.
_COUNT = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})"
_HOME = re.compile(
    rf"[{_CJK}]{{2,60}}(?:小区|花园|公寓|大厦|家园|新村|社区)|[{_CJK}]{{2,60}}[路街巷] ?\d+"
    rf"|{_COUNT} ?(?:栋|幢|单 ?元|[号#] ?楼)|\d{{1,4}} ?室|[A-Za-z] ?座|\d{{3,4}} ?号 ?房"
    rf"|住(?:的是|[在的])? ?{_COUNT} ?[楼层]"
    r"|(?<!\d)\d{1,2}(?:[-#]\d{1,2}){1,2}[-#]\d{3,4}(?!\d)"
)
#: What opens a door.
_KEY = re.compile(r"密码 ?(?:[是为:] ?)?[A-Za-z\d#]*\d[A-Za-z\d#]*")
_LEAST = 2  # characters of a name; one alone stands in every second sentence


def tells_of_somebody(text: str, names: Collection[str] = ()) -> bool:
    """Whether a text has, or had, something by which a person, a place to live, an order or an account is found."""
    said = " ".join(unicodedata.normalize("NFKC", text).split())
    if "*" in said or mask_text(said) != said:
        return True
    if any(shape.search(said) for shape in (_KEY, _FIGURES, _HANDLE, _NAMES, _HOME)):
        return True
    return any(name in said for name in _known(names))


def without_people(text: str, names: Collection[str] = ()) -> str:
    """A text in one line in which all that is starred."""
    said = mask_text(text)
    for shape in (_KEY, _HANDLE, _FIGURES, _NAMES, _HOME):
        said = shape.sub(HIDDEN, said)
    for name in sorted(_known(names), key=lambda name: (-len(name), name)):
        said = said.replace(name, mask_name(name))
    return said


def _known(names: Collection[str]) -> set[str]:
    found = {unicodedata.normalize("NFKC", name).strip() for name in names}
    return {name for name in found if len(name) >= _LEAST}
