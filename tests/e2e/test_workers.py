"""`yeban serve --workers 2`: two processes on one port under a parent that only looks after them."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.chaos.premises import furnish
from tests.cli.terminal import command, refused_in_one_line
from tests.e2e.shop import NIGHT, Receiver, Shop, data, until

LONG = 60.0  # what a killed worker held is free after its lease


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop with two workers, not started yet."""
    found = Shop(tmp_path, NIGHT, Receiver().start())
    premises = furnish(tmp_path / "small")
    found.replies, found.rules, found.options = premises.replies, premises.rules, ("--workers", "2")
    yield found
    workers = children(found)
    found.end()
    until(lambda: not any(map(is_alive, workers)), "no worker outlives the test")


def children(shop: Shop) -> list[int]:
    """The workers' process ids; none once the parent is gone."""
    parent = shop.process.pid if shop.process else 0
    try:
        return [int(one) for one in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def is_alive(pid: int) -> bool:
    """Running; a dead process that nobody has buried is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def tell(shop: Shop, number: int) -> None:
    """As a channel does: the same event again until it is taken."""
    body = {
        "id": f"m{number}", "conversation_id": f"c{number}", "buyer": {"id": f"b{number}"}, "sender": "buyer",
        "kind": "text", "text": "发什么快递", "sent_at": "2026-11-22T02:13:00+08:00",
    }  # fmt: skip

    def taken() -> bool:
        try:
            return shop.post("message.created", body, f"e{number}").status_code == 200
        except httpx.TransportError:
            return False

    until(taken, f"message {number} is taken")


def answered(shop: Shop) -> list[str]:
    """The conversations, once for each reply that the channel acted on."""
    first = {str(one["id"]): one for one in map(data, shop.receiver.of_type("message.send"))}
    return sorted(str(one["conversation_id"]) for one in first.values())


def test_two_workers_answer_on_one_port(shop: Shop) -> None:
    shop.start()
    assert len(children(shop)) == 2
    for number in range(10):
        tell(shop, number)
    until(lambda: len(answered(shop)) == 10, "ten answers")
    assert answered(shop) == sorted(f"c{number}" for number in range(10))


def test_a_killed_worker_is_replaced_and_nothing_is_lost(shop: Shop) -> None:
    shop.start()
    for number in range(20):
        if number in {5, 12}:
            kill_one(shop)
        tell(shop, number)
    until(lambda: len(answered(shop)) == 20, "twenty answers", LONG)
    assert answered(shop) == sorted(f"c{number}" for number in range(20))
    assert shop.log.count('"event": "worker.died"') == 2


def kill_one(shop: Shop) -> None:
    before = children(shop)
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(children(shop)) == 2 and before[0] not in children(shop), "the worker is replaced")


def test_sigterm_drains_and_ends_all(shop: Shop) -> None:
    shop.start()
    workers = children(shop)
    for number in range(10):
        tell(shop, number)
    assert shop.stop() == 0
    assert not any(map(is_alive, workers))
    shop.start()
    until(lambda: len(answered(shop)) == 10, "what was not answered before is answered now", LONG)


def test_workers_end_with_their_parent(shop: Shop) -> None:
    shop.start()
    workers = children(shop)
    shop.kill()
    until(lambda: not any(map(is_alive, workers)), "the orphans have ended")
    shop.start()
    tell(shop, 1)
    until(lambda: answered(shop) == ["c1"], "the port is free again")


def test_a_taken_port_is_one_clear_line(shop: Shop) -> None:
    refused = shop.yeban("serve", "--workers", "2", "--port", str(shop.receiver.port))
    assert refused.returncode == 1
    assert str(shop.receiver.port) in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(("url", "code"), [("mysql://u:p@127.0.0.1/db", 2), ("postgresql://u:p@127.0.0.1:9/db", 1)])
def test_a_database_that_no_worker_could_open_is_one_clear_line(shop: Shop, url: str, code: int) -> None:
    told = shop.environment() | {"YEBAN_DATABASE_URL": url}
    refused = command(shop.folder, "serve", "--workers", "2", "--port", str(shop.port), env=told)
    assert refused_in_one_line(refused, code)


@pytest.mark.parametrize("count", ["0", "-1", "65", "two"])
def test_a_number_of_workers_that_makes_no_sense_is_misuse(shop: Shop, count: str) -> None:
    refused = shop.yeban("serve", "--workers", count)
    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1
