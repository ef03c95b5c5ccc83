"""Reply texts as templates: `{{ a.b }}` and one `{% if a.b %}`, in a sandbox, failing where a field is missing.

In: a text and its place. Out: its needs and a `Render`. Never: a filter that formats, a loop, a call, an assignment.
"""

from collections.abc import Iterator

from jinja2 import ChainableUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.core.book import Render, View
from bot.core.view import FIELDS
from bot.errors import Fault

_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Getattr, nodes.Name, nodes.If, nodes.Not)
_PARTS = (nodes.Helper,)  # they stand in a node that is told of, and have no line of their own


class _Missing(ChainableUndefined):
    """Saying it fails; asking `{% if %}` whether it is known does not."""

    def __str__(self) -> str:
        raise UndefinedError(self._undefined_message)


_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=_Missing, autoescape=False, keep_trailing_newline=False)


def compiled(text: str) -> Render:
    """A function that fills the fields in; `UndefinedError` (a `LookupError`-like) where one is missing."""
    template = _ENVIRONMENT.from_string(text)

    def render(view: View) -> str:
        return template.render(view)

    return render


def needs(text: str) -> frozenset[str]:
    """The fields that a text can't do without, from its syntax tree; what `{% if %}` asks for and says is optional."""
    return frozenset(_spoken(_ENVIRONMENT.parse(text)))


def faults(text: str, path: str, line: int) -> list[Fault]:
    """Everything wrong with one wording."""
    try:
        tree = _ENVIRONMENT.parse(text)
    except TemplateSyntaxError as error:
        return [Fault(path, line + error.lineno - 1, "template_syntax", {"problem": error.message or ""})]
    except RecursionError:
        return [Fault(path, line, "template_syntax", {"problem": "nested too deep"})]
    return [*_forbidden(tree, path, line), *_unknown(tree, path, line)]


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


def _forbidden(tree: nodes.Node, path: str, line: int) -> Iterator[Fault]:
    found = [node for node in tree.find_all(nodes.Node) if not isinstance(node, (*_ALLOWED, *_PARTS))]
    for node in found:
        yield Fault(path, line + node.lineno - 1, "template_forbidden", {"part": type(node).__name__})
    for deeper in tree.find_all(nodes.Getattr):
        if not _field(deeper):
            yield Fault(path, line + deeper.lineno - 1, "template_forbidden", {"part": f".{deeper.attr}"})
    branches = list(tree.find_all(nodes.If))
    for extra in branches[1:]:
        yield Fault(path, line + extra.lineno - 1, "template_two_ifs")


def _unknown(tree: nodes.Node, path: str, line: int) -> Iterator[Fault]:
    named = [node for node in tree.find_all(nodes.Getattr) if _field(node)]
    parents = {id(node.node) for node in named}
    for node in named:
        group, _, name = _field(node).partition(".")
        if name not in FIELDS.get(group, frozenset()):
            yield Fault(path, line + node.lineno - 1, "unknown_field", {"field": _field(node)})
    for lone in tree.find_all(nodes.Name):
        if id(lone) not in parents:
            yield Fault(path, line + lone.lineno - 1, "unknown_field", {"field": lone.name})
