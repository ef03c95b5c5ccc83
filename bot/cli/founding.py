"""`yeban init`: a shop's own repository, which runs with the installed package.

In: a namespace. Out: a folder of replies, rules, checks and editor settings, committed where git can. Never: a file
touched that was there before.
"""

import argparse
import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.cli.git import git, is_there
from bot.content.folder import reply_paths, rules_names
from bot.content.rules import MODELS
from bot.content.schemas import NAMES, schema_of
from bot.errors import UsageError, YebanError
from bot.settings import Settings, shipped
from bot.words import say

_FILES = Path(__file__).parent / "repository"
HOOKS = ".githooks"
#: What is copied from `repository/`, and where it belongs.
PLACES = {
    "README.md": "README.md",
    "gitignore": ".gitignore",
    "check.yml": ".github/workflows/check.yml",
    "pre-commit": f"{HOOKS}/pre-commit",
}
SCHEMAS = ".schemas"


def run_init(args: argparse.Namespace, _: Settings) -> int:
    """Make the folder; what git could not do is told with its remedy and is no failure."""
    folder, release = Path(args.folder), _release()
    _refuse_used(folder)
    try:
        _fill(folder, release)
    except OSError as error:
        raise YebanError("init.unwritable", folder=folder, problem=error.strerror) from error
    replies, rules = len(reply_paths(folder / "replies")), len(rules_names(folder / "rules"))
    print(say("init.done", folder=folder, replies=replies, rules=rules))
    print(_commit(folder, release))
    print(say("init.next", folder=folder))
    return 0


def _release() -> str:
    """What the new shop's checks install; a mere checkout has no name to install by."""
    try:
        return version("yeban")
    except PackageNotFoundError as error:
        raise UsageError("init.not_installed") from error


def _refuse_used(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError("init.not_a_folder", folder=folder)
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError("init.not_empty", folder=folder)


def _fill(folder: Path, release: str) -> None:
    for kind, suffix in (("replies", ".md"), ("rules", ".yaml")):
        for path in shipped(kind).rglob(f"*{suffix}"):
            _write(folder / kind / path.relative_to(shipped(kind)), path.read_text("utf-8"))
    for name, place in PLACES.items():
        _write(folder / place, (_FILES / name).read_text("utf-8").replace("@version@", release))
    (folder / PLACES["pre-commit"]).chmod(0o755)
    _write_schemas(folder)


def _write_schemas(folder: Path) -> None:
    """For editors: what may stand in each rules file, and which schema is whose."""
    for name in NAMES:
        _write(folder / SCHEMAS / f"{name}.schema.json", _json(schema_of(name)))
    mapping = {f"{SCHEMAS}/{name}.schema.json": f"rules/{name}.yaml" for name in MODELS}
    _write(folder / ".vscode/settings.json", _json({"yaml.schemas": mapping}))
    _write(folder / ".vscode/extensions.json", _json({"recommendations": ["redhat.vscode-yaml"]}))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _commit(folder: Path, release: str) -> str:
    """The first commit, by the user; how it went. What comes with the software needs no hook to be right."""
    if not is_there():
        return say("init.no_git")
    message = say("init.first_commit", version=release)
    for words in (("init", "--quiet"), ("add", "--all"), ("update-index", "--chmod=+x", PLACES["pre-commit"])):
        worked, problem = git(folder, *words)
        if not worked:
            return say("init.not_committed", problem=problem)
    is_known, _ = git(folder, "-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT")
    worked, problem = git(folder, "commit", "--quiet", "--no-verify", "-m", message) if is_known else (False, "")
    git(folder, "config", "core.hooksPath", HOOKS)
    if not is_known:
        return say("init.no_identity")
    return say("init.committed") if worked else say("init.not_committed", problem=problem)
