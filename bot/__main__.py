"""`python -m bot` and `yeban`."""

import io
import sys

from bot.cli.main import run


def main() -> int:
    """The command line's door. A broken character in a text is shown as its escape, which JSON reads back."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
