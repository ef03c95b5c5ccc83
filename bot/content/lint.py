"""The lint over every word that operators type: what no fact stands behind is told, unless it is allowed for a reason.

In: reply files, rules. Out: a fault for each place, and for each exception that excepts nothing. Never: a red line let
through; those are checked without regard to any exception.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from bot.content.kept import of_a_file, of_a_set
from bot.content.replies import VARIANTS, ReplyFile
from bot.content.rules import MODELS, RulesFolder
from bot.content.spoken import FILES, UNSAID
from bot.content.strictyaml import Loc
from bot.content.typed import nearest
from bot.content.unknown import soundly
from bot.core.lint import lint, looking_for, stated, without
from bot.core.redlines import hits
from bot.core.rules import Rules
from bot.core.rules.lint import Allow, Lint, Where
from bot.errors import Fault
from bot.words import say

REDLINES = "rules/redlines.yaml"
#: Parts of rules that are not said to buyers; much of it are their own words.
HEARD = UNSAID | {"not_names", "occasions", "unsure"}


@dataclass(frozen=True, slots=True)
class _Said:
    """A text and its first line. One that is `dated` is said within its dates only."""

    path: str
    line: int
    text: str
    dated: bool = False


@dataclass(frozen=True, slots=True)
class _Allowed:
    """An exception and where it stands."""

    path: str
    line: int
    allow: Allow


def lint_of(replies: Sequence[ReplyFile], folder: RulesFolder) -> Iterator[Fault]:
    """Faults and warnings, by files."""
    for reply in replies:
        yield from _in_reply(reply, folder)
    yield from _in_rules(folder)


@of_a_file
def _in_reply(reply: ReplyFile, folder: RulesFolder) -> tuple[Fault, ...]:
    if "allow" in reply.doubts:
        return ()
    allowed = [_Allowed(reply.topic.source, line, allow) for line, allow in reply.allows]
    found = _in_file(list(_of_reply(reply)), allowed, folder.rules, "replies")
    return tuple(fault for fault in found if fault.code != "allow_stale" or VARIANTS not in reply.doubts)


def _of_reply(reply: ReplyFile) -> Iterator[_Said]:
    """Its wordings; its title, where buyers are offered it; its short code."""
    topic = reply.topic
    dated = topic.valid is not None or "valid" in reply.doubts
    if topic.intent and topic.title:
        yield _Said(topic.source, reply.lines["title"], topic.title, dated)
    if topic.short:
        yield _Said(topic.source, reply.lines["short"], topic.short, dated)
    for variant in topic.variants.values():
        for wording in variant.wordings:
            path, _, line = wording.source.rpartition(":")
            yield _Said(path, int(line), wording.text, dated)


@of_a_set
def _in_rules(folder: RulesFolder) -> tuple[Fault, ...]:
    return tuple(soundly(lambda: _of_folder(folder)))


def _of_folder(folder: RulesFolder) -> Iterator[Fault]:
    said = list(_of_rules(folder))
    named = [(number, allow) for number, allow in enumerate(folder.rules.redlines.allow)]
    doc = folder.docs["redlines"]
    for name in MODELS:
        path = f"rules/{name}.yaml"
        allowed = [_Allowed(REDLINES, doc.line(("allow", n)), allow) for n, allow in named if allow.file == name]
        yield from _in_file([one for one in said if one.path == path], allowed, folder.rules, "rules")
    for number, allow in named:
        if allow.file not in MODELS:
            params: dict[str, object] = {"name": allow.file, "nearest": nearest(allow.file, list(MODELS))}
            yield Fault(REDLINES, doc.line(("allow", number)), "allow_file", params)


def _of_rules(folder: RulesFolder) -> Iterator[_Said]:
    """What fills the fields of replies, and the answers among which buyers choose."""
    for doc in (folder.docs[name] for name in FILES if name in folder.docs):
        for loc, text in _texts(doc.value, ()):
            yield _Said(doc.path, doc.line(loc), text)
    yield from soundly(partial(_options, folder))


def _options(folder: RulesFolder) -> Iterator[_Said]:
    doc = folder.docs["flows"]
    for name, flow in folder.rules.flows.flows.items():
        for number, slot in enumerate(flow.slots):
            for option in slot.options:
                yield _Said(doc.path, doc.line(("flows", name, "slots", number, "options", option)), option)


def _texts(value: object, loc: Loc) -> Iterator[tuple[Loc, str]]:
    if isinstance(value, str):
        yield loc, value
    for key, part in enumerate(value) if isinstance(value, list) else ():
        yield from _texts(part, (*loc, key))
    for name, part in value.items() if isinstance(value, dict) else ():
        if name not in HEARD:
            yield from _texts(part, (*loc, name))


def _in_file(said: Sequence[_Said], allowed: Sequence[_Allowed], rules: Rules, where: Where) -> Iterator[Fault]:
    kinds = [kind for kind in rules.redlines.lint if where in kind.where]
    for kind in kinds:
        exceptions = [one.allow.line for one in allowed if one.allow.of == kind.name]
        for one in said if exceptions else soundly(partial(_suspect, said, kind, rules)):
            yield from soundly(partial(_found, one, kind, exceptions, rules))
    for exception in allowed:
        yield from soundly(partial(_useless, exception, kinds, said, rules))


def _suspect(said: Iterable[_Said], kind: Lint, rules: Rules) -> list[_Said]:
    """The few texts of which a kind may tell something."""
    has_any = looking_for(kind, rules)
    return [one for one in said if has_any(one.text)]


def _found(said: _Said, kind: Lint, exceptions: Iterable[str], rules: Rules) -> Iterator[Fault]:
    text = said.text
    for words in exceptions:
        text = without(text, words)
    for below, words in _lint(said, text, kind, rules):
        fields = say("join.list").join(f"{{{{ {field} }}}}" for field in _fields(words, rules))
        params: dict[str, object] = {"words": words, "name": kind.name, "why": kind.why}
        remedy = say("lint.field", fields=fields) if fields else kind.remedy
        yield Fault(said.path, said.line + below, "lint", {**params, "remedy": remedy}, severity=kind.severity)


def _fields(words: str, rules: Rules) -> list[str]:
    """None where what the shop states is not known."""
    return next(soundly(lambda: [stated(words, rules)]), [])


def _lint(said: _Said, text: str, kind: Lint, rules: Rules) -> list[tuple[int, str]]:
    """Words that cross a red line are told as that, once."""
    if said.dated and kind.words_of == "days":
        return []
    return [(below, words) for below, words in lint(text, kind, rules) if not hits(words, rules.redlines)]


def _useless(exception: _Allowed, kinds: Sequence[Lint], said: Iterable[_Said], rules: Rules) -> Iterator[Fault]:
    """An exception of nothing would one day except what nobody thought of."""
    allow = exception.allow
    kind = next((kind for kind in kinds if kind.name == allow.of), None)
    if kind is None:
        yield _misnamed(exception, kinds, rules)
    elif not any(_spares(allow, one, kind, rules) for one in said):
        yield Fault(exception.path, exception.line, "allow_stale", {"words": allow.line, "name": allow.of})


def _spares(allow: Allow, said: _Said, kind: Lint, rules: Rules) -> bool:
    spared = without(said.text, allow.line)
    return spared != said.text and len(_lint(said, spared, kind, rules)) < len(_lint(said, said.text, kind, rules))


def _misnamed(exception: _Allowed, kinds: Sequence[Lint], rules: Rules) -> Fault:
    name = exception.allow.of
    if name in {line.name for line in rules.redlines.lines}:
        return Fault(exception.path, exception.line, "allow_red_line", {"name": name})
    params: dict[str, object] = {"name": name, "nearest": nearest(name, [kind.name for kind in kinds])}
    return Fault(exception.path, exception.line, "allow_unknown", params)
