"""`yeban agent`: accounts of the desk.

In: a namespace and settings. Out: lines on stdout, a password once; an exit code. Never: a password in the log, in an
argument, or told twice.
"""

import argparse
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from bot import log
from bot.cli.parser import SHOP_ZONE
from bot.cli.stored import with_store
from bot.clock import random_bytes, utc_now
from bot.content.rules import read_rules
from bot.core.logins import is_locked
from bot.core.shift_changes import agents_of
from bot.core.staff import Account, Role
from bot.errors import UsageError
from bot.hashing import Hashing
from bot.ports import Store
from bot.registrar import Newcomer, Registrar
from bot.settings import Settings
from bot.words import say

T = TypeVar("T")
BY = "cli"
_LANGUAGES = {"zh": "zh_CN", "en": "en"}


def run_add(args: argparse.Namespace, settings: Settings) -> int:
    """A new account with a password for once."""
    new = Newcomer(args.number, args.name, Role(args.role), _LANGUAGES.get(args.lang))
    given, unlisted = _given(args), _is_unlisted(new, settings)
    password = _do(settings, lambda registrar: registrar.add(new, given))
    print(say("agent.added", number=new.number, name=new.name, role=role_word(new.role)))
    _tell(password if given is None else None)
    if unlisted:
        sys.stderr.write(say("agent.not_in_roster", number=new.number) + "\n")
    return _note(settings, "agent.added", args.number, role=new.role.value)


def run_passwd(args: argparse.Namespace, settings: Settings) -> int:
    """Another password for once."""
    given = _given(args)
    password = _do(settings, lambda registrar: registrar.renew(args.number, given))
    print(say("agent.renewed", number=args.number))
    _tell(password if given is None else None)
    return _note(settings, "agent.renewed", args.number)


def run_role(args: argparse.Namespace, settings: Settings) -> int:
    """Another role."""
    role = Role(args.role)
    _do(settings, lambda registrar: registrar.set_role(args.number, role))
    print(say("agent.role_changed", number=args.number, role=role_word(role)))
    return _note(settings, "agent.role_changed", args.number, role=role.value)


def run_disable(args: argparse.Namespace, settings: Settings) -> int:
    """No more log-ins."""
    _do(settings, lambda registrar: registrar.disable(args.number))
    print(say("agent.disabled", number=args.number))
    return _note(settings, "agent.disabled", args.number)


def run_enable(args: argparse.Namespace, settings: Settings) -> int:
    """Log-ins again."""
    _do(settings, lambda registrar: registrar.enable(args.number))
    print(say("agent.enabled", number=args.number))
    return _note(settings, "agent.enabled", args.number)


def run_list(args: argparse.Namespace, settings: Settings) -> int:
    """All, by number; with `--json` an object a line."""
    found, now = with_store(settings, lambda store: store.accounts()), utc_now()
    for one in found:
        print(_as_json(one, now) if args.json else _line(one, now))
    if not found and not args.json:
        print(say("agent.none"))
    return 0


def registrar_of(store: Store, by: str) -> Registrar:
    """Who keeps the accounts on a command's behalf."""
    return Registrar(store, Hashing(), utc_now, random_bytes, by)


def _do(settings: Settings, work: Callable[[Registrar], Awaitable[T]]) -> T:
    return with_store(settings, lambda store: work(registrar_of(store, BY)))


def _given(args: argparse.Namespace) -> str | None:
    """The first line of what is typed or piped in."""
    if not args.password_stdin:
        return None
    line: str = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise UsageError("errors.password_stdin")
    return line


def _is_unlisted(new: Newcomer, settings: Settings) -> bool:
    """Buyers are given to those in the roster; an operator speaks to none."""
    return new.role is not Role.OPERATOR and new.number not in agents_of(read_rules(settings.rules).rules.shifts)


def _tell(password: str | None) -> None:
    if password is not None:
        print(say("agent.password", password=password))
    print(say("agent.must_change"))


def _note(settings: Settings, event: str, number: str, **fields: object) -> int:
    log.set_up(settings.log_format)
    log.get().info(event, agent=number, **fields)
    return 0


def _state(one: Account, now: datetime) -> str:
    if one.disabled_at:
        return "disabled"
    if is_locked(one.locked_until, now):
        return "locked"
    return "one_time" if one.one_time else "active"


def _as_json(one: Account, now: datetime) -> str:
    told = {
        "number": one.agent_id, "name": one.name, "role": one.role.value, "state": _state(one, now),
        "language": one.language, "made_at": one.made_at.isoformat(), "changed_at": one.changed_at.isoformat(),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False)


def _line(one: Account, now: datetime) -> str:
    changed = one.changed_at.astimezone(SHOP_ZONE).strftime("%Y-%m-%d %H:%M")
    state = say(f"agent.states.{_state(one, now)}")
    return say("agent.line", number=one.agent_id, name=one.name, role=role_word(one.role), state=state, changed=changed)


def role_word(role: Role) -> str:
    """A role in the reader's words."""
    return say(f"agent.roles.{role.value}")
