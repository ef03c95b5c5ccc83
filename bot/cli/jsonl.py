"""Lines of JSON, read one by one.

In: a file. Out: ids and texts, or whole labelled lines. Never: a line passed over in silence.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from bot.errors import UsageError


def read_objects(path: Path, *needed: str) -> Iterator[dict[str, object]]:
    """Each line's object; `UsageError` names the first line that is none, or lacks a field."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("errors.no_file", path=path, problem=type(error).__name__) from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _object(line, path, number, needed)


def _object(line: str, path: Path, number: int, needed: tuple[str, ...]) -> dict[str, object]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise UsageError("errors.bad_line", path=path, line=number) from error
    missing = [name for name in needed if not isinstance(value, dict) or name not in value]
    if missing:
        raise UsageError("errors.bad_label", path=path, line=number, field=missing[0])
    return dict(value)


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """`{"id", "text"}` lines."""
    for value in read_objects(path, "id", "text"):
        yield str(value["id"]), str(value["text"])
