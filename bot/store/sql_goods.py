"""The catalogue as a whole, and what the turns' stories tell of it.

In: a connection inside one snapshot. Out: items; questions counted by item. Never: a text of a buyer; a story read
further than the question needs.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from bot.core.model import Item
from bot.store.rows import item_of
from bot.store.schema import items, turn

Asked = Mapping[str, Mapping[tuple[str, ...], int]]
_AT_ONCE = 1_000  # rows in memory
_ITEM = turn.c.story["facts"]["item"].as_string()
_WORDS = turn.c.story["slots"]["attributes"]
_INTENTS = turn.c.story["intents"]


def catalogue(connection: Connection, item_id: str | None) -> Sequence[Item]:
    """All by id, or the one."""
    wanted = select(items).order_by(items.c.id)
    if item_id is not None:
        wanted = wanted.where(items.c.id == item_id)
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(wanted)
    return [item_of(row) for row in rows]


def asked(connection: Connection, since: datetime, intents: Collection[str], item_id: str | None) -> Asked:
    """In how many conversations which words were asked of which item."""
    told = select(turn.c.conversation_id, _ITEM.label("item"), _WORDS.label("words"), _INTENTS.label("intents"))
    told = told.where(turn.c.at >= since, _ITEM.is_not(None))
    if item_id is not None:
        told = told.where(item_id == _ITEM)
    who: dict[str, dict[tuple[str, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
    for talk, item, words, heard in connection.execution_options(yield_per=_AT_ONCE).execute(told):
        if isinstance(words, list) and isinstance(heard, list) and not set(intents).isdisjoint(map(str, heard)):
            who[item][tuple(map(str, words))].add(talk)
    return {item: {words: len(talks) for words, talks in asked.items()} for item, asked in who.items()}
