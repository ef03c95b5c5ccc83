"""YAML without guessing: a scalar is the text that was written, a doubled key is a fault that names both lines.

In: text and its path. Out: a `Doc` of dicts, lists and strings with the line of each part.
Never: a type, an alias, a tag.
`18:00` is not 1080, `NO` is not False, `0123` is not 83.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from bot.content.files import CONTROL
from bot.content.foreign import yaml_problem
from bot.errors import ContentError, Fault
from bot.words import say

Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Doc:
    """A parsed file. `lines` maps the place of a value (`("shifts", 0, "name")`) to its line, counted from 1; `doubts`
    are its keys that hold a fault."""

    path: str
    value: object
    lines: Mapping[Loc, int]
    doubts: frozenset[str] = frozenset()

    def line(self, loc: Loc) -> int:
        """The line of a place, or of the nearest part of it that exists."""
        if loc in self.lines:
            return self.lines[loc]
        for length in range(len(loc) - 1, -1, -1):
            if loc[:length] in self.lines:
                return self.lines[loc[:length]]
        return 1


def parse(text: str, path: str, first_line: int = 1) -> Doc:
    """Read one document. `ContentError` with all doubled keys, or with the place where YAML itself breaks."""
    doc, faults = parse_partly(text, path, first_line)
    if doc is None or faults:
        raise ContentError(faults)
    return doc


def parse_partly(text: str, path: str, first_line: int = 1) -> tuple[Doc | None, tuple[Fault, ...]]:
    """What can be read of a document, None where YAML itself breaks, and all its faults."""
    try:
        return _read(text, path, first_line)
    except yaml.YAMLError as error:
        line, problem = yaml_problem(error, first_line)
    except RecursionError:
        line, problem = first_line, say("yaml.deep")
    return None, (Fault(path, line, "yaml_syntax", {"problem": problem}),)


def _read(text: str, path: str, first_line: int) -> tuple[Doc, tuple[Fault, ...]]:
    node = yaml.compose(text, Loader=_Loader)
    reader = _Reader(path, first_line)
    value = reader.read(node, ()) if node is not None else {}
    return Doc(path, value, reader.lines, frozenset(reader.doubts)), tuple(reader.faults)


class _Loader(yaml.CBaseLoader):
    """Nothing is made of tags; to work one out for each part takes a third of the time of reading."""

    def resolve(self, *_: object) -> str:
        return ""

    def descend_resolver(self, *_: object) -> None: ...

    def ascend_resolver(self) -> None: ...


class _Reader:
    def __init__(self, path: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.lines: dict[Loc, int] = {}
        self.faults: list[Fault] = []
        self.doubts: set[str] = set()
        self._seen: set[int] = set()

    def read(self, node: yaml.Node, loc: Loc) -> object:
        line = self._line(node)
        self.lines.setdefault(loc, line)
        if id(node) in self._seen:
            self._refuse_alias(node, loc)
        self._seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return self._text(node.value, line, loc)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc)
        return [self.read(item, (*loc, number)) for number, item in enumerate(node.value)]

    def _text(self, written: str, line: int, loc: Loc) -> str:
        if not written.isprintable() and CONTROL.search(written):  # written as an escape
            self._refuse(loc, Fault(self.path, line, "control_sign"))
        return written

    def _line(self, node: yaml.Node) -> int:
        return self.first_line + node.start_mark.line

    def _refuse(self, loc: Loc, fault: Fault) -> None:
        self.faults.append(fault)
        self.doubts.update(str(key) for key in loc[:1])

    def _refuse_alias(self, node: yaml.Node, loc: Loc) -> None:
        """An alias gives the same node twice; besides hiding what is meant it can blow a file up."""
        self._refuse(loc, Fault(self.path, self._line(node), "yaml_alias"))
        node.value = [] if isinstance(node, yaml.CollectionNode) else node.value

    def _mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, object]:
        first_lines: dict[str, int] = {}
        value: dict[str, object] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), self._line(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse(loc, Fault(self.path, line, "yaml_syntax", {"problem": say("yaml.key")}))
                continue
            if key in first_lines:
                params: dict[str, object] = {"key": key, "first": first_lines[key]}
                self._refuse((*loc, key), Fault(self.path, line, "doubled_key", params))
            first_lines.setdefault(key, line)
            place = (*loc, key)
            self.lines[place] = line
            value[key] = self.read(value_node, place)
        return value
