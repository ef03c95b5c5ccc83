"""Why a file of the operators' can't be read, in words that lead to its mending.

In: a path, an error, bytes. Out: a `Problem`, a `Fault`, a path as people can be told it. Never: a name of Python's, or
a remedy for another trouble.
"""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from enum import StrEnum

from bot.errors import Fault
from bot.words import say

#: What would split a printed line in two or change how it looks, and bytes that are no UTF-8 (PEP 383).
_UNTOLD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BYTES = range(0xDC80, 0xDD00)  # as PEP 383 keeps them
_BEYOND_ASCII = 0x80


class Problem(StrEnum):
    """`LINK`: git keeps where it leads and not what is there. `NAME`: it can't be told as text. `SPECIAL`: no file."""

    LINK = "link"
    NAME = "name"
    SPECIAL = "special"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    DISK = "disk"
    GBK = "gbk"
    UTF_16 = "utf_16"
    BYTES = "bytes"


#: What is a fault of its own, whatever the file says.
_CODES = {Problem.LINK: "file_link", Problem.NAME: "file_name"}


def shown_path(path: str) -> str:
    """A path on one line, with escapes for what is no text; itself where all of it is."""
    return _UNTOLD.sub(_escaped, path)


def _escaped(sign: re.Match[str]) -> str:
    number = ord(sign[0])
    return (
        f"\\x{number - _BYTES.start + _BEYOND_ASCII:02x}"
        if number in _BYTES
        else sign[0].encode("unicode_escape").decode()
    )


def fault_of(path: str, problem: Problem, line: int = 1) -> Fault:
    """What is wrong with a file that is there."""
    if problem in _CODES:
        return Fault(path, line, _CODES[problem])
    told: dict[str, object] = {name: say(f"unreadable.{problem}.{name}") for name in ("problem", "cure")}
    return Fault(path, line, "unreadable", told)


def problem_of(error: OSError) -> Problem:
    """Why the system did not give a file away. Of folders only closed ones are asked for."""
    if isinstance(error, (PermissionError, IsADirectoryError)):
        return Problem.FORBIDDEN
    return Problem.GONE if isinstance(error, FileNotFoundError) else Problem.DISK


def undecoded(path: str, raw: bytes, error: UnicodeDecodeError) -> Fault:
    """Bytes that are no UTF-8: saved in another encoding as a whole, or damaged in a line."""
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return fault_of(path, Problem.UTF_16)
    if _is_gbk(raw):
        return fault_of(path, Problem.GBK)
    return fault_of(path, Problem.BYTES, 1 + raw.count(b"\n", 0, error.start))


def _is_gbk(raw: bytes) -> bool:
    """By chance most bytes can be read so; those of a damaged UTF-8 file are nearly all UTF-8."""
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    lost = len(raw) - len(raw.decode("utf-8", "ignore").encode())
    return lost * 2 > sum(byte >= _BEYOND_ASCII for byte in raw)
