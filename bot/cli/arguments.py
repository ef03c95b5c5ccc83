"""The reader of a command line that speaks as the rest of the software does.

In: what argparse says. Out: help and one line of misuse in the catalogue's words. Never: a sentence of argparse's
alone; what is not known here is told in general, with argparse's own text in brackets.

The texts are those of Python 3.11 to 3.14.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import NoReturn

from bot.errors import UsageError
from bot.likeness import meant
from bot.phrases import phrases, recognised
from bot.words import say

_SAYS = phrases(
    (r"the following arguments are required: (?P<names>.+)", "required"),
    (r"unrecognized arguments: (?P<names>.+)", "unknown"),
    (r"argument (?P<name>.+?): invalid choice: (?P<value>.+?) \(choose from (?P<known>.+)\)", "choice"),
    (r"argument (?P<name>.+?): expected (?:one|at least one|\d+) arguments?", "value"),
    (r"argument (?P<name>.+?): ignored explicit argument (?P<value>.+)", "no_value"),
    (r"argument (?P<name>.+?): not allowed with argument (?P<other>.+)", "together"),
    (r"ambiguous option: (?P<name>.+?) could match (?P<known>.+)", "ambiguous"),
)


class _Help(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: "Iterable[argparse._MutuallyExclusiveGroup]",
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, say("args.usage") if prefix is None else prefix)


class Version(argparse.Action):
    """Prints the installed package's version; a mere checkout has none."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        try:
            print(say("args.version", version=version("yeban")))
        except PackageNotFoundError:
            parser.error(say("init.not_installed"))
        parser.exit()


class Parser(argparse.ArgumentParser):
    """Misuse is one line on stderr and exit code 2."""

    def __init__(self, prog: str | None = None, description: str | None = None) -> None:
        super().__init__(prog=prog, description=description, add_help=False, formatter_class=_Help)
        self._named = self.add_argument_group(say("args.positional"))
        self._optional = self.add_argument_group(say("args.options"))
        self._optional.add_argument("-h", "--help", action="help", help=say("args.help"))

    def below(self, names: Sequence[str]) -> "argparse._ArgumentGroup":
        """The heading below which an argument of these names belongs."""
        return self._optional if names[0].startswith("-") else self._named

    def refuse(self, extras: Sequence[str]) -> NoReturn:
        """What is left over is told by the command that does not know it, not by the whole line."""
        self.error(f"unrecognized arguments: {' '.join(extras)}")

    def _get_value(self, action: argparse.Action, arg_string: str) -> object:
        """What is wrong with a value is told with the argument that it was written for."""
        try:
            return super()._get_value(action, arg_string)
        except UsageError as error:
            name = "/".join(action.option_strings) or action.metavar or action.dest
            raise UsageError("args.bad_value", name=name, problem=str(error)) from error

    def error(self, message: str) -> NoReturn:
        told = say("args.misuse", prog=self.prog, told=self._in_our_words(message))
        sys.stderr.write(f"{' '.join(told.split())}\n")
        sys.exit(2)

    def _in_our_words(self, message: str) -> str:
        found = recognised(message, _SAYS)
        return self._told(*found) if found else say("args.other", problem=message)

    def _told(self, key: str, facts: dict[str, str]) -> str:
        facts = {name: part.replace("'", "") for name, part in facts.items()}
        known = facts.get("known", "").split(", ")
        meant = self._meant(facts["value"], known) if key == "choice" else self._meant(facts.get("names", ""), ())
        return say(f"args.{key}", **{**facts, "known": say("join.list").join(known), "meant": meant})

    def _meant(self, slip: str, choices: Sequence[str]) -> str:
        """Of an option that is none the one that was likely meant."""
        known = choices or (sorted(self._option_string_actions) if slip.startswith("--") else ())
        name = meant(slip.partition(" ")[0].partition("=")[0], known)
        return say("args.meant", name=name) if name else ""
