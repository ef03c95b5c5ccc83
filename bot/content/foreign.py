"""What PyYAML and Jinja2 say of a broken file, in words that operators read.

In: a library's error. Out: words of the catalogue. Never: a sentence of the library's alone; what is not known here is
told in general, with the library's own text in brackets.

The texts are those of libyaml 0.2.5 with PyYAML 6 and of Jinja2 3.1.
"""

from collections.abc import Mapping

import yaml

from bot.phrases import phrases, recognised
from bot.words import say

_YAML: Mapping[str, str] = {
    "block sequence entries are not allowed in this context": "no_list",
    "but found another document": "two",
    "control characters are not allowed": "control",
    "could not find expected ':'": "no_colon",
    "could not find expected directive name": "percent",
    "did not find expected '-' indicator": "indent",
    "did not find expected ',' or ']'": "bracket",
    "did not find expected ',' or '}'": "brace",
    "did not find expected <document start>": "two",
    "did not find expected alphabetic or numeric character": "anchor",
    "did not find expected comment or line break": "after_block",
    "did not find expected hexdecimal number": "escape",
    "did not find expected key": "indent",
    "did not find expected node content": "no_value",
    "did not find expected version number": "percent",
    "did not find expected digit or '.' character": "percent",
    "did not find expected whitespace": "percent",
    "did not find expected whitespace or line break": "tag",
    "did not find expected '!'": "tag",
    "did not find expected tag URI": "tag",
    "did not find the expected '>'": "tag",
    "did not find URI escaped octet": "tag",
    "found an incorrect leading UTF-8 octet": "tag",
    "found an incorrect trailing UTF-8 octet": "tag",
    "found undefined tag handle": "tag",
    "found a tab character that violates indentation": "tab",
    "found a tab character where an indentation space is expected": "tab",
    "found an indentation indicator equal to 0": "after_block",
    "found character that cannot start any token": "sign",
    "found incompatible YAML document": "percent",
    "found invalid Unicode character escape code": "escape",
    "found undefined alias": "alias",
    "found unexpected ':'": "colon",
    "found unexpected document indicator": "quote",
    "found unexpected end of stream": "quote",
    "found unexpected non-alphabetical character": "percent",
    "found unknown directive name": "percent",
    "found unknown escape character": "escape",
    "second occurrence": "anchor",
    "mapping keys are not allowed in this context": "question",
    "mapping values are not allowed in this context": "colon",
}

#: What Jinja2 calls the parts of a text, and how they are written.
_SIGNS: Mapping[str, str] = {
    "begin of print statement": "{{", "end of print statement": "}}", "begin of statement block": "{%",
    "end of statement block": "%}", "begin of comment": "{#", "end of comment": "#}",
}  # fmt: skip
_NAMED = {
    "name": "name", "string": "quoted", "integer": "figure", "float": "figure", "end of template": "end",
    "template data / text": "words",
}  # fmt: skip

_TAG = "Encountered unknown tag"

_JINJA = phrases(
    (r"unexpected char (?P<quote>['\"])(?P<got>.+)(?P=quote) at \d+", "sign"),
    (r"unexpected '(?P<got>.+)', expected '(?P<want>.+)'", "instead"),
    (r"expected token '(?P<want>.+)', got '(?P<got>.+)'", "instead"),
    (r"unexpected end of template, expected '(?P<want>.+)'\.", "ends"),
    (r"Unexpected end of template\. .* is 'if'\.", "open"),
    (r"Unexpected end of template\. .* is '(?P<got>.+)'\.", "tag"),
    (r"Expected an expression, got '(?P<got>.+)'", "no_field"),
    (rf"{_TAG} '(?P<got>endif|else|elif)'\.", "lone"),
    (rf"{_TAG} '(?:else|elif)'\..* is 'if'\.", "two_elses"),
    (rf"{_TAG} '(?:endif|else|elif)'\..* is '(?P<got>.+)'\.", "tag"),
    (rf"{_TAG} '(?P<got>.+?)'\..*", "tag"),
    (r"(?:tag name expected|expected name or number)", "no_name"),
    (r"Missing end of (?:comment tag|raw directive)", "unread"),
    (r"unexpected 'end of template'", "cut"),
    (r"unexpected '(?P<got>.+)'", "unexpected"),
)

_NODES: Mapping[str, str] = {
    name: key
    for key, names in {
        "loop": "For", "filter": "Filter FilterBlock", "call": "Call CallBlock Macro", "literal": "Const",
        "compare": "Compare Operand Test", "logic": "And Or CondExpr", "denial": "Not",
        "set": "Assign AssignBlock NSRef With",
        "reckon": "Add Sub Mul Div FloorDiv Mod Pow Neg Pos Concat", "list": "List Tuple Dict Pair",
        "index": "Getitem Slice", "other_file": "Include Import FromImport Extends Block",
    }.items()
    for name in names.split()
}  # fmt: skip


def yaml_problem(error: yaml.YAMLError, first_line: int) -> tuple[int, str]:
    """The line, and what is wrong there; where it only shows lines below its cause, also since which line."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return first_line, _of_yaml(str(error).partition("\n")[0])
    mark = error.problem_mark or error.context_mark
    line, told = mark.line if mark else 0, _of_yaml(error.problem or "")
    begun = error.context_mark.line if error.context_mark else line
    return first_line + line, say("yaml.since", told=told, line=first_line + begun) if begun < line else told


def _of_yaml(problem: str) -> str:
    known = problem.rpartition(": ")[2] if problem.endswith("are not allowed") else problem.partition(";")[0]
    return say(f"yaml.{_YAML[known]}") if known in _YAML else say("yaml.other", problem=problem)


def template_problem(problem: str) -> str:
    """What is wrong with a text's braces."""
    if found := recognised(problem, _JINJA):
        key, parts = found
        return say(f"template.{key}", **{name: _sign(part) for name, part in parts.items()})
    return say("template.other", problem=problem)


def _sign(part: str) -> str:
    return say(f"template.signs.{_NAMED[part]}") if part in _NAMED else _SIGNS.get(part, part)


def node_words(name: str) -> str:
    """How operators call what a text may not have (a class of Jinja2's syntax tree)."""
    return say(f"template.nodes.{_NODES[name]}") if name in _NODES else say("template.nodes.other", name=name)
