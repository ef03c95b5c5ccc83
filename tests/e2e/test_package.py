"""The installed package, started from an empty folder, as a new user meets it."""

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.e2e.shop import PATIENCE, ROOT, START_PATIENCE, WIRE, free_port, until
from tests.web.browsing import PHONE, browsing, chromium


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    [wheel] = folder.glob("yeban-*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def demo(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`yeban serve --demo` in an empty folder; its address."""
    empty, port = tmp_path_factory.mktemp("empty"), free_port()
    settings = {name: value for name, value in os.environ.items() if not name.startswith("YEBAN_")}
    with (empty / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve", "--demo", "--port", str(port)],
            cwd=empty, env=settings | {"PYTHONPATH": str(installed)}, stdout=log, stderr=log,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _is_ready(url, process), "the demo is ready", START_PATIENCE)
        yield url
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()


def _is_ready(url: str, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None
    with suppress(httpx.TransportError):
        return WIRE.get(f"{url}/readyz").json()["ready"] is True
    return False


def test_the_wheel_holds_all_that_is_not_python(installed: Path) -> None:
    for path in (
        "bot/_shipped/replies/shipping/carrier.md",
        "bot/_shipped/rules/shifts.yaml",
        "bot/demo/catalogue.json",
        "bot/locale/zh_CN.toml",
        "bot/store/migrations/env.py",
        "bot/web/templates/chat.html",
        "bot/web/static/page.css",
        "bot/py.typed",
    ):
        assert (installed / path).is_file(), path


def test_a_buyer_chats_on_a_phone_and_sees_the_answer_without_reloading(demo: str) -> None:
    with chromium() as browser, browsing(browser, PHONE) as page:
        page.goto(demo)
        page.get_by_role("textbox").fill("亲 发什么快递呀")
        page.keyboard.press("Enter")
        page.get_by_text("中通").first.wait_for(timeout=PATIENCE * 1000)
        page.get_by_role("textbox").fill("我的快递到哪了")
        page.keyboard.press("Enter")
        page.get_by_text("75300000000001").first.wait_for(timeout=PATIENCE * 1000)
