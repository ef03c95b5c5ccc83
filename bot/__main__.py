"""`python -m bot` and `yeban`."""

import gc
import io
import os
import sys

from bot.cli.main import run


def main() -> int:
    """The command line's door. A broken character in a text is shown as its escape, which JSON reads back."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    # None is ours; to look for one, pydantic reads what is told of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # noqa: TID251 - set, and read by nobody of ours
    code = run(sys.argv[1:])
    gc.freeze()  # Python looks for garbage once more before it ends, where everything goes anyway.
    return code


if __name__ == "__main__":
    sys.exit(main())
