"""The bytes of a file as text, in the encoding that was named.

In: bytes and a name of `ENCODINGS`. Out: text, or the one fault. Never: an encoding guessed; a byte replaced.
"""

import codecs
from pathlib import Path

from bot.errors import Fault

ENCODINGS = ("utf-8", "gbk", "gb18030")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BOM = "\ufeff"


def decoded(path: Path, raw: bytes, encoding: str) -> str | Fault:
    """The text without its byte order mark. What is UTF-8 throughout, and has more than ASCII in it, is hardly GBK."""
    if raw.startswith(_UTF16):
        return Fault(str(path), 1, "import_utf16")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        code = "import_encoding" if encoding == "utf-8" else "import_not_so_encoded"
        return Fault(str(path), raw.count(b"\n", 0, error.start) + 1, code, {"encoding": encoding})
    if encoding != "utf-8" and not raw.isascii() and _is_utf8(raw):
        return Fault(str(path), 1, "import_utf8_after_all", {"encoding": encoding})
    return text.removeprefix(_BOM)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
