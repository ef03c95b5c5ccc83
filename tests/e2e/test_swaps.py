"""Under load the files change, half of the times broken: nothing is lost, mixed, or said from a broken set."""

import shutil
from pathlib import Path

import pytest

from bot.store.sql_inbox import LEASE
from tests.chaos.premises import Premises, furnish
from tests.e2e.shop import DAY, ROOT, WIRE, Receiver, Shop, rules_folder, until
from tests.e2e.small import SmallShop
from tests.e2e.swaps import ASKED, Crowd, Pen, Told, channel, judged, share, swap
from tests.postgres import Postgres

#: Seconds. A turn that was read before a choice may be decided after it; nobody holds one for longer than a lease.
UNDER_WAY = 1.0
#: For what a busy machine has not answered yet when the last change is made.
PATIENCE = 900.0


class Branch(Shop):
    """One of the processes of a shop: they share folders and a database."""

    def __init__(self, folder: Path, premises: Premises, receiver: Receiver, url: str, *options: str) -> None:
        folder.mkdir()
        super().__init__(folder, {}, receiver)
        self.replies, self.rules, self.options = premises.replies, premises.rules, options
        self._url = url

    def environment(self) -> dict[str, str]:
        return super().environment() | {"YEBAN_DATABASE_URL": self._url}


def whole(folder: Path) -> Premises:
    """The shop as it is shipped, by day."""
    replies = Path(shutil.copytree(ROOT / "replies", folder / "replies"))
    return Premises(replies, rules_folder(folder / "rules", DAY))


def trial(premises: Premises, url: str, rate: float, swaps: int, *, workers: int = 1, count: int = 1) -> Told:
    """`count` shops of so many `workers`; all of them have judged each change before the next is made."""
    (receiver, heard), folder = channel(), premises.rules.parent
    options = ("--workers", str(workers)) if workers > 1 else ()
    shops = [Branch(folder / f"process{number}", premises, receiver, url, *options) for number in range(count)]
    crowd, pen = Crowd([one.port for one in shops], rate), Pen(premises.replies)
    try:
        for one in shops:
            one.start()
        crowd.start()
        for _ in swap(shops, pen, swaps, workers=workers):
            pass
        crowd.stop()
        until(lambda: len(heard) >= len(crowd.asked), "everybody is answered", PATIENCE)
        assert [one.stop() for one in shops] == [0] * count
        return judged(crowd, receiver, heard, url)
    finally:
        for one in shops:
            one.end()


def told(found: Told) -> str:
    waits = ", ".join(f"p{part:.0%} {share(found.waits, part):.2f} s" for part in (0.5, 0.9, 0.99, 1))
    versions = f"{found.versions} versions, one {found.late:.3f} s too long"
    return f"{found.asked} asked, {found.rate:.0f}/s, {versions}, from question to answer {waits}"


def test_a_process_swaps_between_turns(tmp_path: Path) -> None:
    found = trial(furnish(tmp_path / "shop"), f"sqlite:///{tmp_path / 'yeban.db'}", 30, 4)
    assert found.faultless, found
    assert found.versions >= 2
    assert found.late < UNDER_WAY


def test_two_processes_agree(tmp_path: Path, postgres_server: Postgres) -> None:
    found = trial(furnish(tmp_path / "shop"), postgres_server.fresh(), 30, 3, count=2)
    assert found.faultless, found
    assert found.versions >= 2
    assert found.late < UNDER_WAY


def test_a_restart_with_broken_files_serves_the_last_good_ones(tmp_path: Path) -> None:
    shop = SmallShop(tmp_path, DAY, Receiver().start())
    pen = Pen(shop.replies)
    try:
        pen.write(1, broken=False)
        shop.start()
        assert shop.stop() == 0
        pen.write(2, broken=True)
        shop.start()
        shop.says("c1", ASKED)
        until(lambda: shop.receiver.messages("c1"), "an answer")
        assert "〔好1〕" in str(shop.receiver.messages("c1")[0]["text"])
        assert WIRE.get(f"{shop.url}/readyz").json()["rules"] is False
        assert "yeban_rules_newest 0.0" in WIRE.get(f"{shop.url}/metrics").text
    finally:
        shop.end()


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", ["sqlite", "workers", "postgres"])
def test_fifty_swaps_of_the_whole_shop_at_a_hundred_messages_a_second(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'yeban.db'}"
    if kind == "postgres":
        server: Postgres = request.getfixturevalue("postgres_server")
        url = server.fresh()
    workers, count = {"sqlite": (1, 1), "workers": (2, 1), "postgres": (1, 2)}[kind]
    found = trial(whole(tmp_path / "shop"), url, 100, 50, workers=workers, count=count)
    print(kind, told(found))
    assert found.faultless, found
    assert found.versions >= 25
    assert found.late < LEASE.total_seconds()
