"""Pages from templates: one environment, escaped always, texts from the catalogue.

In: a template's name and facts. Out: HTML. Never: text of a buyer as markup.
"""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from bot.words import say

_HERE = Path(__file__).parent


def _environment() -> Environment:
    loader = FileSystemLoader(_HERE / "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["say"] = say
    return environment


ENVIRONMENT = _environment()


def render(template: str, **facts: object) -> str:
    """A template's text."""
    return ENVIRONMENT.get_template(template).render(**facts)


def page(template: str, status: int = 200, **facts: object) -> HTMLResponse:
    """A whole page. It shows one person's data, so nobody on the way may keep it."""
    return HTMLResponse(render(template, **facts), status_code=status, headers={"cache-control": "no-store"})


def static_files() -> StaticFiles:
    """Styles and scripts, to be mounted at `/static`."""
    return StaticFiles(directory=_HERE / "static")


def stamp(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A line's time as people say it: the time alone today, with the date before."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    time = f"{local:%H:%M}"
    if local.date() == today:
        return time
    return say("page.stamp_other", month=local.month, day=local.day, time=time)
