"""Several workers on one port: forked from one parent that has read the operators' files already, and forked anew when
one dies.

In: what a worker does, how many. Out: an exit code. Never: a store opened or a thread started before the fork.
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
_SIGNALS = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)
_QUICK_SECONDS = 5.0
_QUICK_DEATHS = 5
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
    when the parent does, so that no child outlives it. `ended` is told the process id of each child that is gone."""

    def __init__(
        self, work: Worker, count: int, log: structlog.typing.FilteringBoundLogger, ended: Callable[[int], None]
    ) -> None:
        self._work = work
        self._tell_ended = ended
        self._count = count
        self._log = log
        self._born: dict[int, tuple[int, float]] = {}
        self._codes: list[int] = []
        self._quick = 0
        self._stopping = False
        self._lifeline, self._hold = os.pipe()

    def run(self) -> int:
        """Until told to stop and every child has drained: 0, or 1 if one failed or none stays alive."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        for number in range(self._count):
            self._fork(number)
        while self._born:
            if signal.sigwait(_SIGNALS) == signal.SIGCHLD:
                self._bury()
            else:
                self._stop()
        return max(self._codes, default=0)

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
            self._codes.append(1 if code else 0)
            return
        self._log.warning("worker.died", worker=number, pid=pid, code=code)
        self._quick = self._quick + 1 if monotonic() - born < _QUICK_SECONDS else 0
        if self._quick < _QUICK_DEATHS * self._count:
            self._fork(number)
        else:
            self._codes.append(1)
            self._stop()

    def _stop(self) -> None:
        self._stopping = True
        for pid in self._born:
            os.kill(pid, signal.SIGTERM)
