"""A person takes a version of the operators' files back, or chooses one that was served before.

In: the store, a version as people name it. Out: the store's next line. Never: a version that was never served; a choice
over somebody else's that was not seen.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.content.typed import nearest
from bot.errors import YebanError
from bot.ports import Store
from bot.releases import Serving, Why, before

HISTORY = 1_000
_LEAST = 4  # characters of a version's or commit's beginning


async def roll_back(
    store: Store, wanted: str | None, by: str, now: datetime, *, seen: int | None = None
) -> tuple[Serving, Serving]:
    """From which to which; without a version, to the one before. `seen`: the line that the person took for the last.
    `YebanError` says why not."""
    lines = await store.releases(HISTORY)
    if not lines:
        raise YebanError("releases.none_yet")
    if seen not in {None, lines[0].seq}:
        raise YebanError("releases.moved")
    to = chosen(wanted, lines) if wanted else before(lines)
    if to is None:
        raise YebanError("releases.none_before", version=lines[0].version)
    if to.version == lines[0].version:
        raise YebanError("releases.served", version=to.version)
    if not await store.serve(to.version, now, by, Why.ROLLBACK, lines[0].seq):
        raise YebanError("releases.moved")
    return lines[0], to


def chosen(wanted: str, lines: Sequence[Serving]) -> Serving:
    """The version that is so called, or begins so, or was at the commit that begins so. `YebanError` where there is
    none, or more than one."""
    found = {one.version: one for one in lines if _is_called(one, wanted)}
    if len(found) == 1:
        return next(iter(found.values()))
    known = sorted({one.version for one in lines})
    if found:
        raise YebanError("releases.unclear", text=wanted, versions=", ".join(sorted(found)))
    raise YebanError("releases.unknown", text=wanted, nearest=nearest(wanted, known))


def _is_called(one: Serving, wanted: str) -> bool:
    names = [name for name in (one.version, one.commit) if name]
    return wanted in names or (len(wanted) >= _LEAST and any(name.startswith(wanted) for name in names))
