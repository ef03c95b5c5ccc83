"""`python -m tests.chaos --store sqlite|postgres`: a run of any size, its figures as JSON.

In: options. Out: JSON on stdout; 0 if nothing was lost, doubled or disordered, else 1. Never: the machine's own server.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.report import report
from tests.chaos.storm import Options, storm
from tests.postgres import postgres

MACHINES = 3


@contextmanager
def options_of(args: argparse.Namespace, folder: Path) -> Iterator[Options]:
    """SQLite: one machine and its file. PostgreSQL: three machines, and a server that crashes too."""
    common = {"seed": args.seed, "messages": args.messages, "rounds": args.rounds, "deadline": args.deadline}
    if args.store == "sqlite":
        yield Options(**common, database_url=f"sqlite:///{folder / 'yeban.db'}", crowd=args.crowd)
        return
    with postgres(durable=True) as server:
        yield Options(
            **common, database_url=server.fresh(), machines=MACHINES, crash=server.restart,
            crashes=max(1, args.rounds // 10) if args.crashes is None else args.crashes, crowd=args.crowd,
        )  # fmt: skip


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=100, help="kills")
    parser.add_argument("--crashes", type=int, help="restarts of PostgreSQL as after a crash; a tenth of the kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--deadline", default="10m", help="how long a reply may wait to be delivered")
    parser.add_argument("--crowd", type=int, default=64, help="conversations at once")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="yeban-chaos-") as name, options_of(args, Path(name)) as options:
        told = report(args.store, options, asyncio.run(storm(options, Path(name))))
    print(json.dumps(told.figures, ensure_ascii=False, indent=1))
    return 0 if told.is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
