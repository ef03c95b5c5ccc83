"""`yeban new`: a draft of a reply file where it belongs.

In: a namespace and settings. Out: one new file, its path on stdout. Never: a file overwritten; a file of the installed
package.
"""

import argparse
from pathlib import Path

from bot.content.scaffold import Wish, draft
from bot.errors import UsageError, YebanError
from bot.settings import Settings, shipped
from bot.words import say


def run_new(args: argparse.Namespace, settings: Settings) -> int:
    """Write the draft; `yeban check` then tells what is still missing."""
    folder = _own(Path(args.replies) if args.replies else settings.replies)
    found = draft(Wish(args.intent, args.title, args.group, args.under), folder, shipped("replies"))
    path = folder / found.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(found.text)
    except OSError as error:
        raise YebanError("errors.no_file", path=path, problem=error.strerror) from error
    print(say("new.done", path=f"replies/{found.path}"))
    return 0


def _own(folder: Path) -> Path:
    """A shop's folder; what was installed with the software is only its example."""
    if not folder.is_dir():
        raise UsageError("new.no_folder", folder=folder)
    if folder.resolve() == shipped("replies").resolve() and folder.resolve() != (Path.cwd() / "replies").resolve():
        raise UsageError("new.not_ours")
    return folder
