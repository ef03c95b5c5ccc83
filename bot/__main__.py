"""`python -m bot` and `yeban`."""

import gc
import io
import sys
from importlib import import_module

from bot.garbage import ungathered
from bot.settings import spare_plugins


def main() -> int:
    """The command line's door. A broken character in a text is shown as its escape, which JSON reads back."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    spare_plugins()
    with ungathered():
        commands = import_module("bot.cli.main")
    code: int = commands.run(sys.argv[1:])
    gc.freeze()  # Python looks for garbage once more before it ends, where everything goes anyway.
    return code


if __name__ == "__main__":
    sys.exit(main())
