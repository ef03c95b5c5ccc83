"""Several workers on one port: forked from one parent that has read the operators' files already, and forked anew when
one dies.

In: what a worker does, how many. Out: an exit code. Never: a store open or a thread running at the fork.
"""

import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable

import structlog

from bot.clock import monotonic
from bot.errors import YebanError

Worker = Callable[[int, int], int]
_SIGNALS = (signal.SIGCHLD, signal.SIGALRM, signal.SIGTERM, signal.SIGINT)
_QUICK_SECONDS = 5.0
_QUICK_DEATHS = 5
_SOON_SECONDS = 0.001
_DRAINED = (0, -signal.SIGTERM)  # who is told to stop before it has begun dies of that signal
_BACKLOG = 2048


def listening(host: str, port: int) -> socket.socket:
    """The one socket that all workers accept from."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    shared = socket.socket(family)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        shared.bind((host, port))
    except OSError as error:
        shared.close()
        raise YebanError("errors.port", host=host, port=port, cause=error.strerror) from error
    shared.listen(_BACKLOG)
    return shared


class Supervisor:
    """`work(number, lifeline)` runs in a child and returns its exit code; the lifeline is a file descriptor that ends
    when the parent does, so that no child outlives it. `ended` is told the process id of each child that is gone. Who
    dies within `quick` seconds is born again after a pause that grows with such deaths, for a database may be down."""

    def __init__(
        self,
        work: Worker,
        count: int,
        log: structlog.typing.FilteringBoundLogger,
        ended: Callable[[int], None],
        *,
        quick: float = _QUICK_SECONDS,
    ) -> None:
        self._work = work
        self._tell_ended = ended
        self._count = count
        self._log = log
        self._born: dict[int, tuple[int, float]] = {}
        self._due: dict[int, float] = {}
        self._codes: list[int] = []
        self._quick = 0
        self._quick_seconds = quick
        self._stopping = False
        self._lifeline, self._hold = os.pipe()

    def run(self) -> int:
        """Until told to stop and every child has drained: 0, or 1 if one failed or none stays alive."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        self._due = dict.fromkeys(range(self._count), 0.0)
        while self._born or self._due:
            self._bear()
            match signal.sigwait(_SIGNALS):
                case signal.SIGCHLD:
                    self._bury()
                case signal.SIGTERM | signal.SIGINT:
                    self._stop()
        return max(self._codes, default=0)

    def _bear(self) -> None:
        """Those whose time has come; an alarm rings for the next."""
        for number in [one for one, moment in self._due.items() if moment <= monotonic()]:
            del self._due[number]
            self._fork(number)
        if self._due:
            signal.setitimer(signal.ITIMER_REAL, max(_SOON_SECONDS, min(self._due.values()) - monotonic()))

    def _fork(self, number: int) -> None:
        pid = os.fork()
        if pid == 0:
            self._live(number)
        self._born[pid] = (number, monotonic())
        self._log.info("worker.started", worker=number, pid=pid)

    def _live(self, number: int) -> None:
        """The child's whole life; it never returns into the parent's code."""
        os.close(self._hold)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        code = 1
        try:
            code = self._work(number, self._lifeline)
        except YebanError as error:
            self._log.error("worker.failed", worker=number, error=str(error))
        finally:
            if sys.exc_info()[0]:
                traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _bury(self) -> None:
        """Signals do not count: all that have ended are taken up at once."""
        for pid in list(self._born):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._ended(pid, os.waitstatus_to_exitcode(status))

    def _ended(self, pid: int, code: int) -> None:
        number, born = self._born.pop(pid)
        self._tell_ended(pid)
        if self._stopping:
            self._codes.append(0 if code in _DRAINED else 1)
            return
        self._log.warning("worker.died", worker=number, pid=pid, code=code)
        self._quick = self._quick + 1 if monotonic() - born < self._quick_seconds else 0
        if self._quick < _QUICK_DEATHS * self._count or self._someone_lives():
            self._due[number] = monotonic() + self._pause()
        else:
            self._codes.append(1)
            self._stop()

    def _pause(self) -> float:
        """None after a first quick death; it may have been a stray kill."""
        return self._quick_seconds * min(max(self._quick - 1, 0) / _QUICK_DEATHS, 1.0)

    def _someone_lives(self) -> bool:
        """Whether a worker has lived long enough to be called well: then the others are worth waiting for."""
        return any(monotonic() - born >= self._quick_seconds for _, born in self._born.values())

    def _stop(self) -> None:
        self._stopping = True
        self._due.clear()
        for pid in self._born:
            os.kill(pid, signal.SIGTERM)
