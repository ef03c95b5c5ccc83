"""Faults as a code host shows them beside the changed lines.

In: faults and how their files lie below the working folder. Out: lines of text. Never: a secret, a request; who prints
them in CI decides where they go.

GitHub reads workflow commands from a job's log (docs.github.com, "Workflow commands for GitHub Actions"): `%`, CR and
LF are escaped in the message, `:` and `,` besides in properties; it shows at most ten of a kind a step. Gitee reads no
such commands from a log: there the faults are a Markdown table, to be posted as a comment on the pull request.
"""

from collections.abc import Sequence

from bot.errors import Fault
from bot.words import say

_COMMANDS = {"fault": "error", "warning": "warning"}


def github(fault: Fault, path: str) -> str:
    """One workflow command."""
    properties = f"file={_property(path)},line={fault.line},title={_property(f'yeban {fault.code}')}"
    return f"::{_COMMANDS[fault.severity]} {properties}::{_message(f'{fault.what}  {fault.remedy}')}"


def gitee(found: Sequence[tuple[Fault, str]], head: str) -> str:
    """The body of a comment; nothing but its head where nothing was found."""
    rows = [_row(fault, path) for fault, path in found]
    table = [say("check.table"), "|---|---|---|", *rows] if rows else []
    return "\n".join([f"**yeban check**: {_cell(head)}", *(["", *table] if table else [])])


def _row(fault: Fault, path: str) -> str:
    mark = say("check.mark") if fault.severity == "warning" else ""
    return f"| `{_cell(path)}:{fault.line}` | {mark}{_cell(fault.what)} | {_cell(fault.remedy)} |"


def _cell(text: str) -> str:
    """Markdown would take these for its own; `@` would call somebody."""
    for sign in "\\|`*_<>[]@":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
