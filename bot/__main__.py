"""`python -m bot` and `yeban`."""

import gc
import io
import os
import sys
from importlib import import_module

from bot.garbage import ungathered
from bot.settings import spare_plugins

_ASCII = frozenset({"ascii", "ANSI_X3.4-1968", "iso8859-1"})


def main() -> int:
    """The command line's door. What is printed is UTF-8 whatever the terminal's language is; a broken character in a
    text is shown as its escape, which JSON reads back."""
    _know_more_than_ascii()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding=_more_than_ascii(sys.stdin.encoding), errors="replace")
    spare_plugins()
    with ungathered():
        commands = import_module("bot.cli.main")
    code: int = commands.run(sys.argv[1:])
    gc.freeze()  # Python looks for garbage once more before it ends, where everything goes anyway.
    return code


def _know_more_than_ascii() -> None:
    """In a locale that knows no other letters (`LC_ALL=C`) Python can neither read an argument nor name a file in
    Chinese: it begins once more in its UTF-8 mode (PEP 540). A locale that has Chinese is left as it is."""
    if os.name == "posix" and sys.getfilesystemencoding() in _ASCII and not sys.flags.utf8_mode:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def _more_than_ascii(encoding: str) -> str:
    return "utf-8" if encoding in _ASCII else encoding


if __name__ == "__main__":
    sys.exit(main())
