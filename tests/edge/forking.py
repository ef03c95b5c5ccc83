"""Several processes that count for one scrape, as `serve --workers` has them: `python -m tests.edge.forking FOLDER`.

In: an empty folder. Out: what the last process is scraped for, on stdout. Never: a server.
"""

import os
import sys
from pathlib import Path

from bot.metrics import forget, open_metrics, prepare_shared
from bot.records import Vitals

CHILDREN = 2


def main(folder: Path) -> None:
    """The parent prepares, opens and forks; each child counts and ends."""
    prepare_shared(folder)
    metrics = open_metrics()
    metrics.refused(401)
    for number in range(CHILDREN):
        child = os.fork()
        if child == 0:
            metrics.accepted("message.created", new=True)
            metrics.answered(number + 0.5)
            metrics.refused(401)
            os._exit(0)
        os.waitpid(child, 0)
        forget(child)
    body, _ = metrics.expose(Vitals(commands={"waiting": 3}), "")
    sys.stdout.write(body.decode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
