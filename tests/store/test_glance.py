"""Processes that share a SQLite file see that another has saved something."""

import asyncio
from pathlib import Path

import pytest

from bot.store import open_glance, open_store
from tests.fakes import buyer_event, counting_ids

pytestmark = pytest.mark.anyio


async def test_anothers_commit_is_seen_once_and_none_is_imagined(tmp_path: Path) -> None:
    url, told, stop = f"sqlite:///{tmp_path / 'n.db'}", asyncio.Event(), asyncio.Event()
    store = open_store(url, new_id=counting_ids())
    glance = open_glance(url, told.set)
    assert glance
    assert not glance.look()
    await store.accept(buyer_event(1))
    assert (glance.look(), glance.look()) == (True, False)
    task = asyncio.create_task(glance.run(stop))
    await store.accept(buyer_event(2))
    async with asyncio.timeout(20):
        await told.wait()
    stop.set()
    await task
    await store.close()


def test_a_server_has_no_file_to_look_at() -> None:
    assert open_glance("postgresql://u:p@host/shop", print) is None
