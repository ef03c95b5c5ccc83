"""Receivers and shops; all ended with the tests that asked for them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.shop import NIGHT, Receiver, Rules, Shop
from tests.e2e.small import SmallShop

OpenShop = Callable[[Rules], Shop]


@pytest.fixture
def open_shop(tmp_path: Path) -> Iterator[OpenShop]:
    """A shop of the test's own, to stop, kill, or give broken files."""
    opened: list[Shop] = []

    def opening(rules: Rules) -> Shop:
        opened.append(Shop(tmp_path, rules, Receiver().start()))
        return opened[-1].start()

    yield opening
    for shop in opened:
        shop.end()


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One shop at night for all tests that only talk to it; each uses conversations of its own."""
    shop = SmallShop(tmp_path_factory.mktemp("night"), NIGHT, Receiver().start())
    try:
        yield shop.start()
    finally:
        shop.end()
