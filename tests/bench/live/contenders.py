"""What is measured: the real service, and the ceiling beside it.

In: a setting, a database. Out: a running thing with a port and its processes. Never: a part of the service in process.

Contenders that are measured in turn run at the same time, but only one of them is awake: the others are stopped by a
signal, so that their ticks cost it nothing.
"""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any

from tests.bench.live.processes import cpu_seconds, family, resident_mib, started, wait_for
from tests.bench.live.wire import HOST
from tests.e2e.shop import NIGHT, ROOT, SIGNING, Change, Rules, change_rules, free_port, rules_folder

SETTLE = 0.3  # seconds for the last command to be noted as sent, before its sender is stopped


@dataclass(frozen=True, slots=True)
class Running:
    """A contender that takes webhooks at `port`. `quiet`: seconds that it waits for a buyer to finish typing."""

    port: int
    pids: tuple[int, ...]
    quiet: float = 0.0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def cpu_s(self) -> float:
        return cpu_seconds(self.pids)

    def mib(self) -> float:
        return resident_mib(self.pids)

    @contextmanager
    def awake(self) -> Iterator[None]:
        """Runs, and is stopped again."""
        self._all(signal.SIGCONT)
        try:
            yield
            sleep(SETTLE)
        finally:
            self._all(signal.SIGSTOP)

    def _all(self, number: signal.Signals) -> None:
        for pid in (one for first in self.pids for one in family(first)):
            os.kill(pid, number)


@dataclass(frozen=True, slots=True)
class Setting:
    """How the contenders are started. `quiet` None: coalescing as shipped, which is `shipped` seconds."""

    url: str
    processes: int = 1
    quiet: str | None = None
    shipped: float = 1.0
    rules: Rules = field(default_factory=lambda: NIGHT)

    @property
    def seconds(self) -> float:
        return self.shipped if self.quiet is None else float(self.quiet.removesuffix("s"))


@contextmanager
def service(setting: Setting, database: str) -> Iterator[Running]:
    """`yeban serve` at night, with what it says in a file."""
    port = free_port()
    with TemporaryDirectory(prefix="yeban-bench-") as name:
        folder = Path(name)
        options = ["--port", str(port), *(("--workers", str(setting.processes)) if setting.processes > 1 else ())]
        with started("bot", "serve", *options, cwd=folder, env=_environment(setting, folder, database)) as process:
            wait_for(f"http://{HOST}:{port}/readyz", [process])
            yield Running(port, (process.pid,), setting.seconds)


def _environment(setting: Setting, folder: Path, database: str) -> Mapping[str, str]:
    rules = rules_folder(folder / "rules", setting.rules)
    if setting.quiet is not None:
        change_rules(folder / "rules", {"reception": coalescing(setting.quiet)})
    return {
        "YEBAN_DATABASE_URL": database, "YEBAN_REPLIES_DIR": str(ROOT / "replies"), "YEBAN_RULES_DIR": str(rules),
        "YEBAN_CHANNEL_SECRET": SIGNING, "YEBAN_CHANNEL_URL": setting.url, "YEBAN_LOG": "json",
        "YEBAN_API_TOKEN": SIGNING,
    }  # fmt: skip


def coalescing(quiet: str) -> Change:
    """Wait for so long a pause; `longest` must be some time, and is moot where the pause is none."""

    def change(rules: dict[str, Any]) -> None:
        rules["coalesce"] = {"quiet": quiet, "longest": "1s" if quiet == "0s" else rules["coalesce"]["longest"]}

    return change


@contextmanager
def ceiling(mode: str, setting: Setting, database: str) -> Iterator[Running]:
    """As many processes as the service has, on one port."""
    port = free_port()
    with TemporaryDirectory(prefix="yeban-bench-") as name, ExitStack() as stack:
        arguments = ("tests.bench.live.ceiling", mode, str(port), database, setting.url)
        processes = [stack.enter_context(started(*arguments, cwd=Path(name))) for _ in range(setting.processes)]
        wait_for(f"http://{HOST}:{port}/hooks/webhook", processes)
        yield Running(port, tuple(process.pid for process in processes))
