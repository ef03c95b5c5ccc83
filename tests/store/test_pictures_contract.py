"""What every store does with buyers' pictures, and with the cards in a talk."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from bot.clock import new_id
from bot.core.pictures import Picture
from bot.store import SqlStore, care, open_store
from tests.core.cases import item
from tests.fakes import at, instant_event, order, talk
from tests.store.copies import everything
from tests.store.test_erase import Night, wrote

pytestmark = pytest.mark.anyio

DAY = 86_400
PICTURE = Picture("m1", "webhook", "c1", "image/png", at(0), bytes(range(256)))


async def test_a_picture_comes_back_as_it_was(store: SqlStore) -> None:
    await store.keep_picture(PICTURE)
    assert await store.picture("m1") == PICTURE
    assert await store.picture("m2") is None


async def test_a_second_picture_under_one_id_changes_nothing(store: SqlStore) -> None:
    await store.keep_picture(PICTURE)
    await store.keep_picture(replace(PICTURE, data=b"another", conversation_id="c9"))
    assert await store.picture("m1") == PICTURE


async def test_an_old_picture_goes_with_its_time_and_a_young_one_stays(database_url: str) -> None:
    store = open_store(database_url, new_id=new_id)
    await store.keep_picture(PICTURE)
    await store.keep_picture(replace(PICTURE, id="m2", made_at=at(50 * DAY)))
    await store.close()
    assert care.prunable(database_url, at(40 * DAY))["picture"] == 1
    assert care.prune(database_url, at(40 * DAY), lambda _: None)["picture"] == 1
    assert [row["id"] for row in everything(database_url)["picture"]] == ["m2"]


async def test_a_forgotten_buyers_pictures_go_and_others_stay(store: SqlStore) -> None:
    night = Night(store)
    await night.works(wrote(1, "看图"), wrote(2, "也看", "c3", "b9"), wrote(3, "替我看看", "c3"))
    theirs = replace(PICTURE, id="m2", conversation_id="c3")
    for one in (PICTURE, theirs, replace(theirs, id="m3")):
        await store.keep_picture(one)
    exported = await store.export_buyer("b1")
    assert exported is not None
    assert [one["id"] for one in _pictures(exported["pictures"])] == ["m1", "m3"]
    assert (await store.traces_of("b1"))["picture"] == 2
    assert (await store.erase_buyer("b1", night.now))["picture"] == 2
    assert [await store.picture(one) for one in ("m1", "m3")] == [None, None]
    assert await store.picture("m2") == theirs


def _pictures(told: object) -> list[dict[str, object]]:
    assert isinstance(told, list)
    return told


async def test_cards_show_the_item_and_the_order_as_they_are_now(store: SqlStore) -> None:
    await store.import_snapshots([item("i1")], [order()])
    body = {"conversation_id": talk().id}
    named: Sequence[Mapping[str, str]] = ({"item_id": "i1"}, {"order_id": "o1"}, {"item_id": "i9"}, {})
    for number, more in enumerate(named):
        await store.accept(instant_event(number, "c:webhook:c1", "message.created", {**body, **more}))
    found = await store.cards("webhook", ["e0", "e1", "e2", "e3", "e4"])
    assert found == {"e0": item("i1"), "e1": order()}
    assert await store.cards("page", ["e0"]) == {}
    assert await store.cards("webhook", []) == {}
