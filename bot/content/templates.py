"""Reply texts as templates: `{{ a.b }}` and one `{% if a.b %}`, in a sandbox, failing where a field is missing.

In: a text and its place. Out: its needs and a `Render`. Never: a filter that formats, a loop, a call, an assignment.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial

from jinja2 import ChainableUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.content.foreign import node_words, template_problem
from bot.content.typed import nearest
from bot.core.book import Render, View
from bot.core.view import FIELDS
from bot.errors import Fault
from bot.words import say

_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Getattr, nodes.Name, nodes.If, nodes.Not)
_PARTS = (nodes.Helper,)  # they stand in a node that is told of, and have no line of their own
_BRACE = re.compile(r"[{}｛｝]")
_HIDDEN = ("comment_begin", "raw_begin")
_NAMED_BY_RULES = "flow"  # fields of this group are the slots that `rules/flows.yaml` names
_KEPT = 4096  # texts; when one file changes, those of all others need not be read anew


class _Missing(ChainableUndefined):
    """Saying it fails; asking `{% if %}` whether it is known does not."""

    def __str__(self) -> str:
        raise UndefinedError(self._undefined_message)


_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=_Missing, autoescape=False, keep_trailing_newline=False)


@lru_cache(_KEPT)
def compiled(text: str) -> Render:
    """A function that fills the fields in; `UndefinedError` (a `LookupError`-like) where one is missing."""
    if _is_plain(text):
        return lambda _: text
    if (parts := _joined(_tree(text))) is not None:
        return partial(_join, parts)
    template = _ENVIRONMENT.from_string(_tree(text))

    def render(view: View) -> str:
        return template.render(view)

    return render


Field = tuple[str, str]


def _joined(tree: nodes.Template) -> Sequence[str | Field] | None:
    """The words and fields of a text without a branch: joining them costs a tenth of a template, to make and to fill
    in. None for any other text."""
    outputs = [node for node in tree.body if isinstance(node, nodes.Output)]
    parts = [part for output in outputs for part in output.nodes]
    if len(outputs) != len(tree.body) or not all(isinstance(one, nodes.TemplateData) or _field(one) for one in parts):
        return None
    return [one.data if isinstance(one, nodes.TemplateData) else _named(one) for one in parts]


def _named(node: nodes.Node) -> Field:
    group, _, name = _field(node).partition(".")
    return group, name


def _join(parts: Sequence[str | Field], view: View) -> str:
    return "".join(part if isinstance(part, str) else _value(view, *part) for part in parts)


def _value(view: View, group: str, name: str) -> str:
    try:
        return view[group][name]
    except KeyError as missing:
        raise UndefinedError(f"{group}.{name}") from missing


@lru_cache(_KEPT)
def needs(text: str) -> frozenset[str]:
    """The fields that a text can't do without, from its syntax tree; what `{% if %}` asks for and says is optional."""
    return frozenset(_spoken(_tree(text)))


def optional(text: str) -> frozenset[str]:
    """The fields that a text names and can do without."""
    return fields(text) - needs(text)


@lru_cache(_KEPT)
def fields(text: str) -> frozenset[str]:
    """The fields that a text names, needed or not."""
    return frozenset() if _is_plain(text) else frozenset(filter(None, map(_field, _tree(text).find_all(nodes.Getattr))))


def named(text: str, group: str) -> frozenset[str]:
    """The fields of a group that a text names, needed or not."""
    return frozenset(name for head, _, name in (field.partition(".") for field in fields(text)) if head == group)


def faults(text: str, path: str, line: int) -> list[Fault]:
    """Everything wrong with one wording."""
    try:
        if _is_plain(text):
            return list(_stray(text, path, line))
        tree = _tree(text)
    except TemplateSyntaxError as error:
        return [
            Fault(path, line + error.lineno - 1, "template_syntax", {"problem": template_problem(error.message or "")})
        ]
    except RecursionError:
        return [Fault(path, line, "template_syntax", {"problem": say("yaml.deep")})]
    parts = list(tree.find_all(nodes.Node))
    return [*_stray(text, path, line), *_forbidden(parts, path, line), *_unknown(parts, path, line)]


def _is_plain(text: str) -> bool:
    """Nothing to fill in: most of the work of a template is not needed."""
    return "{" not in text and "\r" not in text and not text.endswith("\n")


@lru_cache(_KEPT)
def _tree(text: str) -> nodes.Template:
    """Parsed once for all that is asked of it; nobody changes it. Raises `TemplateSyntaxError`."""
    return _ENVIRONMENT.parse(text)


def braces(text: str) -> list[tuple[int, str]]:
    """Every line of a plain text that would show a buyer a brace, counted from 0, with the brace."""
    found = ((number, _BRACE.search(part)) for number, part in enumerate(text.split("\n")))
    return [(number, brace[0]) for number, brace in found if brace]


def unknown_field(field: str, path: str, line: int) -> Fault:
    """The fault of a field that nobody fills, with the nearest and all of its group."""
    group = field.partition(".")[0]
    known = [f"{name}.{part}" for name, parts in FIELDS.items() for part in sorted(parts)]
    beside = [name for name in known if name.startswith(f"{group}.")]
    shown = "、".join(beside or FIELDS)
    return Fault(
        path, line, "unknown_field", {"field": field, "nearest": nearest(field, beside or known), "known": shown}
    )


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
    found = [node for node in parts if not isinstance(node, (*_ALLOWED, *_PARTS))]
    for node in found:
        yield Fault(path, line + node.lineno - 1, "template_forbidden", {"part": node_words(type(node).__name__)})
    for deeper in parts:
        if isinstance(deeper, nodes.Getattr) and not _field(deeper):
            yield Fault(path, line + deeper.lineno - 1, "template_forbidden", {"part": f".{deeper.attr}"})
    branches = [node for node in parts if isinstance(node, nodes.If)]
    for extra in branches[1:]:
        yield Fault(path, line + extra.lineno - 1, "template_two_ifs")


def _unknown(parts: Sequence[nodes.Node], path: str, line: int) -> Iterator[Fault]:
    named = [node for node in parts if isinstance(node, nodes.Getattr) and _field(node)]
    parents = {id(node.node) for node in named}
    for node in named:
        group, _, name = _field(node).partition(".")
        if name not in FIELDS.get(group, frozenset()) and group != _NAMED_BY_RULES:
            yield unknown_field(_field(node), path, line + node.lineno - 1)
    for lone in parts:
        if isinstance(lone, nodes.Name) and id(lone) not in parents:
            yield unknown_field(lone.name, path, line + lone.lineno - 1)
