"""Who works in the demo shop: accounts for everybody in its roster, and an operator.

In: the roster, a store. Out: passwords, made anew and told once on stdout. Never: a password that two demos share, or
one in the log.
"""

from collections.abc import Iterator, Sequence
from itertools import cycle

from bot.cli.agents import registrar_of, role_word
from bot.cli.stored import with_store
from bot.core.rules.shifts import Shifts
from bot.core.shift_changes import agents_of
from bot.core.staff import Role
from bot.ports import Store
from bot.registrar import Newcomer
from bot.settings import Settings
from bot.words import say

OPERATOR = "admin"
_BY = "demo"
Told = Sequence[tuple[Newcomer, str]]


def staff_demo(settings: Settings, shifts: Shifts) -> None:
    """Make the accounts if there is none, and say how to log in."""
    made = with_store(settings, lambda store: _made(store, [*_newcomers(shifts)]))
    print(say("agent.demo") if made else say("agent.demo_known", where=_where(settings.database_url)))
    for one, password in made:
        print(say("agent.demo_line", role=role_word(one.role), number=one.number, password=password))
    print(end="", flush=True)


def _where(url: str) -> str:
    """A server's address has a password in it."""
    return f"YEBAN_DATABASE_URL={url} " if url.startswith("sqlite") else ""


async def _made(store: Store, newcomers: Sequence[Newcomer]) -> Told:
    """Their passwords need no change: whoever tries the demo has just read them, and they open nothing else."""
    if await store.accounts():
        return []
    registrar = registrar_of(store, _BY)
    return [(one, await registrar.add(one, for_once=False)) for one in newcomers]


def _newcomers(shifts: Shifts) -> Iterator[Newcomer]:
    names = cycle(say("agent.demo_names").split())
    for number, groups in agents_of(shifts).items():
        yield Newcomer(number, next(names), Role.SUPERVISOR if "supervisor" in groups else Role.AGENT)
    yield Newcomer(OPERATOR, role_word(Role.OPERATOR), Role.OPERATOR)
