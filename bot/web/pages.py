"""Pages from templates: one environment, escaped always, texts from the catalogue.

In: a template's name and facts. Out: HTML. Never: text of a buyer as markup.
"""

from datetime import datetime
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.web.statics import Statics, address, assets
from bot.web.tongue import FIRST, HTML, N_, translations
from bot.words import catalogue, say

_HERE = Path(__file__).parent
_DAY_BEFORE = N_("%(month)s/%(day)s %(time)s")


class _Installing(Protocol):
    """What the extension adds to an environment while it runs, of which no type knows."""

    def install_gettext_translations(self, translations: NullTranslations, newstyle: bool) -> None: ...


@cache
def environment(language: str = FIRST) -> Environment:
    """The templates in a language; `_("...")` in them is a message of its catalogues."""
    found = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    cast("_Installing", found).install_gettext_translations(translations(language), newstyle=True)
    found.globals |= {
        "thread_path": thread_path, "group_name": group_name, "say": say, "html_language": HTML[language],
        "static": address,
    }  # fmt: skip
    return found


def render(template: str, *, language: str = FIRST, **facts: object) -> str:
    """A template's text."""
    return environment(language).get_template(template).render(**facts)


def page(template: str, status: int = 200, *, language: str = FIRST, **facts: object) -> HTMLResponse:
    """A whole page. It shows one person's data, so nobody on the way may keep it."""
    text = render(template, language=language, **facts)
    return HTMLResponse(text, status_code=status, headers={"cache-control": "no-store"})


def thread_path(channel: str, one: str) -> str:
    """The desk's page of a conversation; its id may hold anything."""
    return f"/desk/t/{quote(channel, safe='')}/{quote(one, safe='')}"


def group_name(group: str) -> str:
    """A group in people's words; one that the shop has made itself by its own name."""
    return say(f"groups.{group}") if f"groups.{group}" in catalogue() else group


def static_files() -> Statics:
    """Styles and scripts, to be mounted at `/static`."""
    return Statics(assets())


def stamp(at: datetime, now: datetime, zone: ZoneInfo, language: str = FIRST) -> str:
    """A line's time as people say it: the time alone today, with the date before."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    time = f"{local:%H:%M}"
    if local.date() == today:
        return time
    told = translations(language).gettext(_DAY_BEFORE)
    return told % {"month": local.month, "day": local.day, "time": time}
