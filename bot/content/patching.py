"""Changes to reply files as a patch that `git apply` takes.

In: a file's text, lines for its `asks`. Out: the new text, unified diffs. Never: a file written; a change to anything
but the `asks`, which is proved by reading the file again.
"""

import json
from collections.abc import Iterator, Sequence
from difflib import unified_diff

import yaml

from bot.content.strictyaml import parse
from bot.errors import ContentError

_FENCE = "---"
_MISSING_END = "\n\\ No newline at end of file\n"
_CONTEXT = 3  # lines of context, as git has them


def with_asks(text: str, lines: Sequence[str]) -> str | None:
    """A reply file's text with more lines at the end of its `asks`; None where they can't be put there safely."""
    head, start = _head(text)
    asks = _asks(head)
    if asks is None or not asks.value:
        return None
    rows = text.split("\n")
    put = _in_flow if asks.flow_style else _in_block
    done = put(rows, asks, start, lines)
    changed = "\n".join(done) if done else None
    return changed if changed is not None and _adds_only(text, changed, lines) else None


def draft(head: Sequence[str], intent: str, title: str, asks: Sequence[str]) -> str:
    """A reply file to which people must write the words: its one variant is empty, which no check lets pass."""
    comments = [f"# {line}" for line in head]
    front = [f"intent: {intent}", f"title: {scalar(title)}", "asks:", *(f"  - {scalar(line)}" for line in asks)]
    return "\n".join([_FENCE, *comments, *front, _FENCE, "## default", ""])


def diff(path: str, old: str | None, new: str) -> str:
    """From one text to the other; None for a file that is not there yet. `path` is the repository's."""
    before = "/dev/null" if old is None else f"a/{path}"
    told = [f"diff --git a/{path} b/{path}\n", *(["new file mode 100644\n"] if old is None else [])]
    hunks = unified_diff(_lines(old or ""), _lines(new), before, f"b/{path}", n=_CONTEXT)
    return "".join([*told, *(line if line.endswith("\n") else line + _MISSING_END for line in hunks)])


def scalar(text: str) -> str:
    """A text as YAML: plain where every reader takes it for this text, else quoted."""
    forms = (text, "'" + text.replace("'", "''") + "'", json.dumps(text, ensure_ascii=False))
    return next(form for form in (*forms, json.dumps(text)) if _reads_as(form, text))


def _reads_as(form: str, text: str) -> bool:
    """In a block, in a flow, and for readers that type what they read."""
    try:
        told = [parse(f"- {form}", "-").value, parse(f"[{form}, x]", "-").value]
        typed: object = yaml.safe_load(f"- {form}")
    except (ContentError, yaml.YAMLError, ValueError):
        return False
    return told == [[text], [text, "x"]] and typed == [text]


def _lines(text: str) -> list[str]:
    """At line feeds only: a form feed is part of a line for git."""
    rows = text.split("\n")
    return [row + "\n" for row in rows[:-1]] + ([rows[-1]] if rows[-1] else [])


def _head(text: str) -> tuple[str, int]:
    """The front matter and the number of its first row, counted from 0."""
    rows = text.removeprefix("\ufeff").split("\n")
    ends = [number for number, row in enumerate(rows) if row.rstrip() == _FENCE]
    return ("\n".join(rows[1 : ends[1]]), 1) if ends[:1] == [0] and ends[1:] else ("", 1)


def _asks(head: str) -> yaml.SequenceNode | None:
    try:
        node = yaml.compose(head, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == "asks" and isinstance(value, yaml.SequenceNode)), None)


def _in_block(rows: list[str], asks: yaml.SequenceNode, start: int, lines: Sequence[str]) -> list[str] | None:
    """Below the last item, indented as that is."""
    last = asks.value[-1]
    first, end = last.start_mark.line + start, last.end_mark.line + start + (last.end_mark.column > 0)
    indent = rows[first][: len(rows[first]) - len(rows[first].lstrip())]
    close = "\r" if rows[first].endswith("\r") else ""
    return [*rows[:end], *(f"{indent}- {scalar(line)}{close}" for line in lines), *rows[end:]]


def _in_flow(rows: list[str], asks: yaml.SequenceNode, start: int, lines: Sequence[str]) -> list[str] | None:
    """Behind the last item, on its line."""
    mark = asks.value[-1].end_mark
    row, more = rows[mark.line + start], "".join(f", {scalar(line)}" for line in lines)
    return [*rows[: mark.line + start], row[: mark.column] + more + row[mark.column :], *rows[mark.line + start + 1 :]]


def _adds_only(old: str, new: str, lines: Sequence[str]) -> bool:
    """Whether the front matter is the same but for these asks, and the body is the same."""
    try:
        before, after = (dict(_mapping(_head(text)[0])) for text in (old, new))
    except ContentError:
        return False
    asks = before.get("asks")
    wanted = {**before, "asks": [*asks, *lines]} if isinstance(asks, list) else None
    return after == wanted and _body(old) == _body(new)


def _mapping(head: str) -> Iterator[tuple[str, object]]:
    value = parse(head, "-").value
    yield from value.items() if isinstance(value, dict) else ()


def _body(text: str) -> str:
    return text.partition(f"\n{_FENCE}")[2]
