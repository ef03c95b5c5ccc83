"""What the environment says: the one door to it.

In: the process's environment. Out: `Settings`. Never: a secret printed, an unknown `YEBAN_*` name passed over.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import process

from bot.errors import UsageError

PREFIX = "YEBAN_"
KNOWN = (
    "YEBAN_DATABASE_URL",
    "YEBAN_REPLIES_DIR",
    "YEBAN_RULES_DIR",
    "YEBAN_CHANNEL_SECRET",
    "YEBAN_CHANNEL_URL",
    "YEBAN_LOG",
    "YEBAN_WIDGET",
    "YEBAN_SEMANTIC",
    "YEBAN_API_TOKEN",
    "YEBAN_WIDGET_ORIGINS",
)
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the Prometheus client's own name
PLUGINS = "PYDANTIC_DISABLE_PLUGINS"  # pydantic's own name
TRACE_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
TOKEN_LEAST = 24
_ORIGIN = re.compile(
    r"https://(?=.{1,253}(?::|$))[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[1-9][0-9]{0,4})?"
)
DEFAULT_DATABASE = "sqlite:///yeban.db"


@dataclass(frozen=True, slots=True)
class Settings:
    """`secrets` verifies what comes in (any of them) and its first signs what goes out; empty if none was given.
    `api_token` opens the interface for people; None: it is closed. `widget_origins`: sites that may show our chat in a
    frame. `assumed`: which of `replies` and `rules` are the ones shipped, because none was named and none is here."""

    database_url: str
    replies: Path
    rules: Path
    secrets: tuple[str, ...] = ()
    channel_url: str | None = None
    log_format: str = "json"
    widget: bool = False
    semantic: bool = False
    api_token: str | None = None
    widget_origins: tuple[str, ...] = ()
    assumed: tuple[str, ...] = field(default=(), compare=False)


def read_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Settings of this process. `UsageError` for an unknown name or a value that is none of the allowed."""
    env = dict(os.environ if environment is None else environment)
    here = folder or Path.cwd()
    _refuse_unknown(env)
    named = {"replies": env.get("YEBAN_REPLIES_DIR"), "rules": env.get("YEBAN_RULES_DIR")}
    return Settings(
        database_url=env.get("YEBAN_DATABASE_URL") or DEFAULT_DATABASE,
        replies=_folder(named["replies"], here, "replies"),
        rules=_folder(named["rules"], here, "rules"),
        secrets=tuple(part.strip() for part in env.get("YEBAN_CHANNEL_SECRET", "").split(",") if part.strip()),
        channel_url=_url(env.get("YEBAN_CHANNEL_URL")),
        log_format=_one_of(env, "YEBAN_LOG", ("json", "text")),
        widget=_one_of(env, "YEBAN_WIDGET", ("off", "on")) == "on",
        semantic=_one_of(env, "YEBAN_SEMANTIC", ("off", "on")) == "on",
        api_token=_token(env.get("YEBAN_API_TOKEN", "").strip()),
        widget_origins=_origins(env.get("YEBAN_WIDGET_ORIGINS", "")),
        assumed=tuple(name for name, given in named.items() if not given and not (here / name).is_dir()),
    )


def shipped(name: str) -> Path:
    """The operators' files that come with the software: in the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "_shipped" / name
    return inside if inside.is_dir() else package.parent / name


def shared_metrics() -> Path | None:
    """Where processes that serve one port count together."""
    folder = os.environ.get(METRICS_FOLDER)
    return Path(folder) if folder else None


def share_metrics(folder: Path) -> None:
    """Tell this process, and those that it will start, where to count together."""
    os.environ[METRICS_FOLDER] = str(folder)


def traces_wanted(environment: Mapping[str, str] | None = None) -> bool:
    """Whether OpenTelemetry's own variables name a place for traces and do not switch it off."""
    env = os.environ if environment is None else environment
    return any(map(env.get, TRACE_ENDPOINTS)) and env.get("OTEL_SDK_DISABLED", "").lower() != "true"


def spare_plugins() -> None:
    """Pydantic is told that it has no plugins: it reads what is told of every installed package to learn that."""
    os.environ.setdefault(PLUGINS, "__all__")


def _refuse_unknown(env: Mapping[str, str]) -> None:
    for name in sorted(env):
        if name.startswith(PREFIX) and name not in KNOWN:
            raise UsageError("errors.unknown_setting", name=name, nearest=process.extractOne(name, KNOWN)[0])


def _folder(given: str | None, here: Path, name: str) -> Path:
    if given:
        return Path(given)
    return here / name if (here / name).is_dir() else shipped(name)


def _token(given: str) -> str | None:
    """A secret that nobody guesses."""
    if given and len(given) < TOKEN_LEAST:
        raise UsageError("errors.short_token", least=TOKEN_LEAST)
    return given or None


def _origins(given: str) -> tuple[str, ...]:
    """Origins as a browser writes them; anything else would open the door wider than it says, or not at all."""
    named = [part.strip().lower().removesuffix("/") for part in given.split(",") if part.strip()]
    for one in named:
        if _ORIGIN.fullmatch(one) is None:
            raise UsageError("errors.widget_origin", origin=one)
    return tuple(dict.fromkeys(named))


def _url(given: str | None) -> str | None:
    if given and not given.startswith(("http://", "https://")):
        raise UsageError("errors.channel_url", url=given)
    return given or None


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name) or allowed[0]
    if value not in allowed:
        raise UsageError("errors.bad_setting", name=name, value=value, allowed=", ".join(allowed))
    return value
