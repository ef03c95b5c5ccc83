"""The machines: one `yeban serve` process each, which can be killed and comes back.

In: what they share, a folder for their logs. Out: processes. Never: one left running.
"""

import os
import shutil
import signal
import subprocess
import sys
from asyncio import sleep, to_thread
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

import httpx

from bot.settings import PREFIX
from tests.chaos.premises import Premises
from tests.e2e.shop import ROOT, SIGNING, free_port

START_PATIENCE = 120.0
LOOK_SECONDS = 0.1
STOP_PATIENCE = 60.0
#: Whoever is killed takes the machines along (util-linux).
MORTAL = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()


def environment(premises: Premises, database_url: str, channel_url: str) -> Mapping[str, str]:
    """What every process of one shop is told."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return clean | {
        "PYTHONPATH": str(ROOT),
        "YEBAN_DATABASE_URL": database_url,
        "YEBAN_REPLIES_DIR": str(premises.replies),
        "YEBAN_RULES_DIR": str(premises.rules),
        "YEBAN_CHANNEL_SECRET": SIGNING,
        "YEBAN_CHANNEL_URL": channel_url,
    }


@dataclass
class Node:
    """One machine. Its log goes on over all its lives. `given_up`: how often its process ended by itself, as it does
    where the database is down at its start; like every supervisor we start it again."""

    folder: Path
    environment: Mapping[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    ready: bool = False
    given_up: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / f"log-{self.port}"

    def start(self) -> None:
        command = [*MORTAL, sys.executable, "-m", "bot", "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    async def wait(self, client: httpx.AsyncClient) -> None:
        """Until it is ready."""
        for _ in range(int(START_PATIENCE / LOOK_SECONDS)):
            if await self._is_ready(client):
                self.ready = True
                return
            self._revive()
            await sleep(LOOK_SECONDS)
        raise AssertionError(f"does not start: {self.log.read_text(encoding='utf-8')[-2000:]}")

    def _revive(self) -> None:
        if self.process and self.process.poll() is not None:
            self.given_up += 1
            self.start()

    async def _is_ready(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get(f"{self.url}/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """As a power cut does."""
        self.ready = False
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    async def stop(self) -> int:
        """SIGTERM; the exit code after draining."""
        assert self.process
        self.ready = False
        self.process.send_signal(signal.SIGTERM)
        return await to_thread(self.process.wait, STOP_PATIENCE)


def complaints(nodes: Sequence[Node]) -> list[str]:
    """What the logs tell of failures of our own, a traceback with the line before it; a store that is down is none."""
    return [told for node in nodes for told in complaints_of(node.log.read_text(encoding="utf-8"))]


def complaints_of(log: str) -> list[str]:
    found, before, lines = list[str](), "", iter(log.splitlines())
    for line in lines:
        if "Traceback" in line:
            found.append("\n".join((before, line, *takewhile(lambda one: not one.startswith("{"), lines))))
        elif any(word in line for word in ('.defect"', "tick.failed", "never retrieved")) and "StoreDown" not in line:
            found.append(line)
        before = line
    return found
