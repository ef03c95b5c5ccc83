"""The words of the pages in each language: English stands in the templates, the rest in gettext catalogues.

In: `locale/<language>/*.po`. Out: translations, kept. Never: a message that is missing in the first language (see
tests/web/test_tongue.py).
"""

from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import Request

FIRST, SECOND = "zh_CN", "en"
LANGUAGES = (FIRST, SECOND)
#: As HTML names them.
HTML = {FIRST: "zh-CN", SECOND: "en"}
COOKIE, QUERY = "yeban_language", "lang"
#: Marks a message that is put into a language later.
N_: Callable[[str], str] = str
_SPOKEN = {"zh": FIRST, "zh-cn": FIRST, "zh_cn": FIRST, "en": SECOND}
_LOCALE = Path(__file__).parents[1] / "locale"


@cache
def translations(language: str) -> NullTranslations:
    """All catalogues of a language as one; English needs none."""
    if language == SECOND:
        return NullTranslations()
    merged = Catalog(locale=language)
    for path in sorted((_LOCALE / language).glob("*.po")):
        for message in messages(path, language):
            merged.add(message.id, message.string, context=message.context)
    packed = BytesIO()
    write_mo(packed, merged)
    packed.seek(0)
    return GNUTranslations(packed)


def messages(path: Path, language: str) -> list[Message]:
    """What stands in one catalogue, but for its head."""
    with path.open("rb") as file:
        return [one for one in read_po(file, locale=language) if one.id]


def asked_for(request: Request) -> str | None:
    """The language that an address asks for with `?lang=`."""
    return _SPOKEN.get(request.query_params.get(QUERY, "").lower())


def language_of(request: Request) -> str:
    """What the browser has chosen; else the first."""
    told = request.cookies.get(COOKIE)
    return told if told in LANGUAGES else FIRST
