"""`yeban schema`: the JSON Schemas of the operators' files, for editors.

In: a namespace. Out: a schema on stdout, or files in a folder. Never: a schema of what is not an operator's file.
"""

import argparse
import json
from pathlib import Path

from bot.content.schemas import NAMES, schema_of
from bot.content.typed import nearest
from bot.errors import UsageError
from bot.settings import Settings
from bot.words import say


def run_schema(args: argparse.Namespace, _: Settings) -> int:
    """One schema, or a list of their names; with `--dir` files `NAME.schema.json`."""
    if args.name is not None and args.name not in NAMES:
        near = nearest(args.name, NAMES)
        raise UsageError("errors.no_schema", name=args.name, nearest=near, known=", ".join(NAMES))
    names = [args.name] if args.name else [*NAMES]
    if args.dir:
        print("\n".join(_write(name, Path(args.dir)) for name in names))
    elif args.name:
        print(_text(args.name), end="")
    else:
        print("\n".join(f"{name:<12}{say(f'schema.files.{name}')}" for name in names))
    return 0


def _write(name: str, folder: Path) -> str:
    path = folder / f"{name}.schema.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(_text(name), "utf-8")
    except OSError as error:
        raise UsageError("errors.no_write", path=path, problem=type(error).__name__) from error
    return str(path)


def _text(name: str) -> str:
    return json.dumps(schema_of(name), ensure_ascii=False, indent=1) + "\n"
