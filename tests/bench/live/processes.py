"""Processes of a bench: started, asked, weighed, ended whatever happens.

In: command lines. Out: running processes and what /proc says of them. Never: a process that outlives its `with`.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Timer
from time import monotonic, sleep

import httpx

from tests.bench.data import BenchError
from tests.bench.live.gun import Fired, Job
from tests.bench.live.wire import HOST
from tests.e2e.shop import ROOT, free_port

PATIENCE = 60.0
_LONGEST = 600.0  # for any job, beyond the time that its rate takes
_TICK = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12  # fields of /proc/PID/stat after the command's name
Process = subprocess.Popen[bytes]


@contextmanager
def started(module: str, *arguments: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> Iterator[Process]:
    """`python -m MODULE ARGUMENTS`. In the repository it is a helper and speaks over pipes; in a folder of its own all
    that it says goes to `log` there."""
    command = [sys.executable, "-m", module, *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | dict(env or {})
    with Path(os.devnull if cwd == ROOT else cwd / "log").open("ab") as log:
        out, err = (subprocess.PIPE, None) if cwd == ROOT else (log, log)
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdin=subprocess.PIPE, stdout=out, stderr=err)
    try:
        yield process
    finally:
        _end(process)


def _end(process: Process) -> None:
    """Ask first; who does not listen within a while is killed."""
    if process.stdin:
        with suppress(OSError):
            process.stdin.close()
    with suppress(ProcessLookupError):
        process.terminate()
        for pid in family(process.pid):  # they may have been stopped meanwhile
            os.kill(pid, signal.SIGCONT)
    try:
        process.wait(PATIENCE / 2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(PATIENCE / 2)
    if process.stdout:
        process.stdout.close()


@dataclass(frozen=True, slots=True)
class Arrival:
    """One command as the receiver took it."""

    at: float
    id: str
    type: str | None
    conversation: str | None
    purpose: str | None
    answers: Sequence[str]


class Gunner:
    """Speaks to the load generator."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def fire(self, job: Job) -> Fired:
        """One job, start to end."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asdict(job), ensure_ascii=False).encode() + b"\n")
        self._process.stdin.flush()
        watch = Timer(len(job.lines) / job.rate + _LONGEST if job.rate else _LONGEST, self._process.kill)
        watch.start()
        try:
            told = self._process.stdout.readline()
        finally:
            watch.cancel()
        if not told:
            raise BenchError("the load generator ended before its work was done")
        return Fired(**json.loads(told))


class Receiver:
    """Speaks to the shop's endpoint."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._client = httpx.Client(base_url=f"http://{HOST}:{port}", trust_env=False)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}/commands"

    def count(self) -> int:
        """How many commands have come since the last `taken`."""
        return int(self._client.get("/count").text)

    def taken(self) -> list[Arrival]:
        """Those commands."""
        return [Arrival(**one) for one in self._client.get("/taken", timeout=PATIENCE).json()]

    def close(self) -> None:
        self._client.close()


@contextmanager
def gunner() -> Iterator[Gunner]:
    with started("tests.bench.live.gun") as process:
        yield Gunner(process)


@contextmanager
def receiver() -> Iterator[Receiver]:
    port = free_port()
    with started("tests.bench.live.catcher", str(port)) as process:
        found = Receiver(port)
        try:
            wait_for(f"{found.url.removesuffix('/commands')}/count", [process])
            yield found
        finally:
            found.close()


def wait_for(url: str, processes: Sequence[Process]) -> None:
    """Until the address answers 200; the bound only ends a bench that has failed."""
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            break
        with suppress(httpx.TransportError):
            if httpx.get(url, trust_env=False).status_code in {200, 405}:
                return
        sleep(0.05)
    raise BenchError(f"nothing answers at {url}")


def cpu_seconds(pids: Sequence[int]) -> float:
    """User and system time of processes and all their descendants."""
    return sum(_cpu(one) for pid in pids for one in family(pid))


def resident_mib(pids: Sequence[int]) -> float:
    """Memory of processes and all their descendants; what they share is counted once (PSS)."""
    return sum(_kib(one) for pid in pids for one in family(pid)) / 2**10


def family(pid: int) -> list[int]:
    """A process and its living descendants."""
    found: list[str] = []
    for children in (Path("/proc") / str(pid) / "task").glob("*/children"):
        with suppress(OSError):
            found += children.read_text("ascii").split()
    return [pid, *(one for child in found for one in family(int(child)))]


def _cpu(pid: int) -> float:
    fields = (Path("/proc") / str(pid) / "stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICK


def _kib(pid: int) -> int:
    lines = (Path("/proc") / str(pid) / "smaps_rollup").read_text("ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
