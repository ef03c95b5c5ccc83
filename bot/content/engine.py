"""Wordings of any shape, read by the template engine in a sandbox, which fails where a field is missing.

In: a text and its place. Out: its needs, its fields, a `Render`, its faults. Never: a filter that formats, a loop, a
call, an assignment. Loaded only where a text asks for it: the engine takes longer to load than to read a shop's texts.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from jinja2 import ChainableUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.content.foreign import node_words, template_problem
from bot.content.pieces import NAMED_BY_RULES, MissingFieldError
from bot.content.templates import braces, unknown_field
from bot.core.book import Render, View
from bot.core.view import FIELDS
from bot.errors import Fault
from bot.words import say

_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Getattr, nodes.Name, nodes.If)
_PARTS = (nodes.Helper,)  # they stand in a node that is told of, and have no line of their own
_HIDDEN = ("comment_begin", "raw_begin")
_KEPT = 1024  # texts


class _Missing(ChainableUndefined):
    """Saying it fails; asking `{% if %}` whether it is known does not."""

    def __str__(self) -> str:
        raise MissingFieldError(self._undefined_message)


class _Environment(ImmutableSandboxedEnvironment):
    def getattr(self, obj: object, attribute: str) -> object:
        """A field is what the view holds under its name, whatever Python's mappings can do by that name."""
        if not isinstance(obj, Mapping):
            return super().getattr(obj, attribute)
        return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)


_ENVIRONMENT = _Environment(undefined=_Missing, autoescape=False, keep_trailing_newline=False)


def compiled(text: str) -> Render:
    """A function that fills the fields in; `MissingFieldError` where one is missing."""
    template = _ENVIRONMENT.from_string(_tree(text))

    def render(view: View) -> str:
        return template.render(view)

    return render


def needs(text: str) -> Iterator[str]:
    """The fields that a text can't do without, from its syntax tree."""
    return _spoken(_tree(text))


def fields(text: str) -> Iterator[str]:
    """The fields that a text names, needed or not."""
    return filter(None, map(_field, _tree(text).find_all(nodes.Getattr)))


def faults(text: str, path: str, line: int) -> list[Fault]:
    """Everything wrong with one wording."""
    try:
        tree = _tree(text)
    except TemplateSyntaxError as error:
        problem = template_problem(error.message or "")
        return [Fault(path, line + error.lineno - 1, "template_syntax", {"problem": problem})]
    except RecursionError:
        return [Fault(path, line, "template_syntax", {"problem": say("yaml.deep")})]
    parts = list(tree.find_all(nodes.Node))
    return [*_stray(text, path, line), *_forbidden(parts, path, line), *_unknown(parts, path, line)]


@lru_cache(_KEPT)
def _tree(text: str) -> nodes.Template:
    """Parsed once for all that is asked of it; nobody changes it. Raises `TemplateSyntaxError`."""
    return _ENVIRONMENT.parse(text)


def _stray(text: str, path: str, line: int) -> Iterator[Fault]:
    """What is left as text although it was meant as a field, and what would be left out without a word."""
    for number, kind, part in _ENVIRONMENT.lex(text):
        if kind in _HIDDEN:
            yield Fault(path, line + number - 1, "template_forbidden", {"part": part})
        for below, brace in braces(part) if kind == "data" else ():
            yield Fault(path, line + number - 1 + below, "stray_brace", {"brace": brace})


def _spoken(tree: nodes.Node) -> Iterator[str]:
    for node in tree.iter_child_nodes():
        if isinstance(node, nodes.If):
            yield from _spoken_if(node)
        elif isinstance(node, nodes.Getattr):
            yield _field(node)
        else:
            yield from _spoken(node)


def _spoken_if(node: nodes.If) -> Iterator[str]:
    """The asked field is known in one branch only; the other, saying it, would need what it knows to be missing."""
    asked = {_field(found) for found in (node.test, *node.test.find_all(nodes.Getattr))}
    known, unknown = (node.else_, node.body) if isinstance(node.test, nodes.Not) else (node.body, node.else_)
    yield from (field for part in known for field in _spoken(part) if field not in asked)
    yield from (field for part in (*unknown, *node.elif_) for field in _spoken(part))


def _field(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    return ""


def _forbidden(parts: Sequence[nodes.Node], path: str, line: int) -> Iterator[Fault]:
    asked = {id(node.test) for node in parts if isinstance(node, nodes.If) and _is_denial(node.test)}
    found = [node for node in parts if not isinstance(node, (*_ALLOWED, *_PARTS)) and id(node) not in asked]
    for node in found:
        yield Fault(path, line + node.lineno - 1, "template_forbidden", {"part": node_words(type(node).__name__)})
    for deeper in parts:
        if isinstance(deeper, nodes.Getattr) and not _field(deeper):
            yield Fault(path, line + deeper.lineno - 1, "template_forbidden", {"part": f".{deeper.attr}"})
    branches = [node for node in parts if isinstance(node, nodes.If)]
    for extra in branches[1:]:
        yield Fault(path, line + extra.lineno - 1, "template_two_ifs")


def _is_denial(test: nodes.Node) -> bool:
    """Asking whether a field is not known; said as a text, it would read `False`."""
    return isinstance(test, nodes.Not) and isinstance(test.node, nodes.Getattr)


def _unknown(parts: Sequence[nodes.Node], path: str, line: int) -> Iterator[Fault]:
    named = [node for node in parts if isinstance(node, nodes.Getattr) and _field(node)]
    parents = {id(node.node) for node in named}
    for node in named:
        group, _, name = _field(node).partition(".")
        if name not in FIELDS.get(group, frozenset()) and group != NAMED_BY_RULES:
            yield unknown_field(_field(node), path, line + node.lineno - 1)
    for lone in parts:
        if isinstance(lone, nodes.Name) and id(lone) not in parents:
            yield unknown_field(lone.name, path, line + lone.lineno - 1)
