"""What a browser sends to the desk: its forms, and where it wants to go next.

In: a request. Out: fields, a path of the desk. Never: a field sent twice, a way off the desk.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.channels.payloads import storable
from bot.web.chat import from_own_page
from bot.web.desk.gate import ForbiddenError
from bot.web.limits import read_body

HOME = "/desk"
FORM_MAX = 256 * 1024
_URLENCODED = "application/x-www-form-urlencoded"
_FIELDS_MAX = 100
#: Printable ASCII without a backslash, which browsers take for a slash.
_OWN = re.compile(r"/desk(?:/[!-\[\]-~]*|\?[!-\[\]-~]*)?")
_NEVER = re.compile(r"//|\.\.|%2[ef]|%5c|#", re.IGNORECASE)
_AWAY = ("/desk/login", "/desk/logout")


async def fields_of(request: Request, limit: int = FORM_MAX) -> Mapping[str, str]:
    """A form's fields. Raises `ForbiddenError` for one of another site or of no page of ours, `TooLargeError`."""
    if not from_own_page(request):
        raise ForbiddenError("desk.other_site")
    body = await read_body(request, limit)
    told = request.headers.get("content-type", _URLENCODED).partition(";")[0].strip().lower()
    if body and told != _URLENCODED:
        raise ForbiddenError("desk.form_broken")
    return _read(body)


def _read(body: bytes) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS_MAX)
    except ValueError:
        raise ForbiddenError("desk.form_broken") from None
    fields = dict(pairs)
    if len(fields) < len(pairs) or not all(storable(text) for pair in pairs for text in pair):
        raise ForbiddenError("desk.form_broken")
    return {name: text.replace("\r\n", "\n") for name, text in fields.items()}


def own_path(wanted: str) -> str:
    """Where to go next: only to pages of the desk, else to its first."""
    path = wanted.partition("?")[0]
    if _OWN.fullmatch(wanted) is None or _NEVER.search(path) or path.startswith(_AWAY):
        return HOME
    return wanted
