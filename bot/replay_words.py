"""A replay's report in words: for a screen, for a merge request, for programs.

In: a report. Out: lines, Markdown, JSON values. Never: a word that is not masked.

JSON: an object a conversation that differs, `{"conversation", "turns": [{"turn", "at", "change", "verdict", "heard",
"before" and "after": {"decision", "reason", "group", "text", "sources"}, "where": the lines or files that make the
difference, "agents": texts}]}`, then `{"summary": {"from" and "to": {"name", "version"}, "since", "until", "turns",
"conversations", "unchanged", "changes": turns by change, "verdicts": by verdict, "left_out": by why, "digest"}}`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.agreeing import Verdict
from bot.core.outcomes import UNSEEN, Change
from bot.core.replays import Differs, Report, Side, Words, alike
from bot.core.summary import reason_text
from bot.words import say

Plain = dict[str, object]


def objects(report: Report) -> Iterator[Plain]:
    """For programs, in the order of the night."""
    for talk, turns in report.by_talk().items():
        yield {"conversation": talk, "turns": [_turn(one) for one in turns]}
    differ, sides = len(report.differs), {"from": asdict(report.before), "to": asdict(report.after)}
    yield {
        "summary": {
            **sides, "since": report.since.isoformat(), "until": report.until.isoformat(), "turns": report.turns,
            "conversations": report.talks, "unchanged": report.turns - differ, "changes": dict(report.counts()),
            "verdicts": dict(report.verdicts()), "left_out": dict(report.left_out), "digest": report.digest,
        }
    }  # fmt: skip


def _turn(one: Differs) -> Plain:
    told = {"turn": one.turn_id, "at": one.at.isoformat(), "change": one.change.value, "verdict": one.verdict.value}
    return {
        **told,
        "heard": one.heard,
        "before": asdict(one.before),
        "after": asdict(one.after),
        "where": one.where,
        "agents": one.agents,
    }


def on_screen(report: Report, most: int) -> Iterator[str]:
    """What it comes to, then equal changes together."""
    yield from _head(report)
    groups = alike(report.seen)
    for some in groups[:most]:
        yield ""
        yield from _group(some)
    if len(groups) > most:
        yield f"\n{say('replay.more', count=len(groups) - most)}"


def markdown(report: Report, most: int) -> Iterator[str]:
    """The same for a merge request."""
    head, *rest = _head(report)
    yield f"## {_escaped(head)}\n"
    yield from (f"- {_escaped(line)}" for line in rest)
    groups = alike(report.seen)
    for some in groups[:most]:
        title, *lines = _group(some)
        yield f"\n### {title}\n"
        yield from (f"- {_escaped(line.strip())}" for line in lines)
    if len(groups) > most:
        yield f"\n{say('replay.more', count=len(groups) - most)}"


def _head(report: Report) -> Iterator[str]:
    seen, zone = report.seen, report.zone
    span = {"since": _clock(report.since, zone), "until": _clock(report.until, zone)}
    yield say("replay.head", **span, before=_side(report.before), after=_side(report.after))
    talks = len({one.talk for one in seen})
    same, changed = report.turns - len(seen), len(seen)
    yield say("replay.counts", turns=report.turns, talks=report.talks, same=same, changed=changed, of=talks)
    told = {change: say(f"replay.count_{change.value}", count=n) for change, n in _counted(report)}
    if shown := [text for change, text in told.items() if change not in UNSEEN]:
        yield say("join.list").join(shown)
    yield from (text for change, text in told.items() if change in UNSEEN)
    if seen:
        yield say("replay.verdicts", **report.verdicts())
    yield from (say(f"replay.left_{why}", count=n) for why, n in sorted(report.left_out.items()))
    yield say("replay.digest", digest=report.digest)


def _counted(report: Report) -> list[tuple[Change, int]]:
    return [(Change(name), count) for name, count in report.counts().items() if count]


def _side(side: Side) -> str:
    name = say(f"replay.{side.name}") if side.name in {"worktree", "recorded"} else side.name
    return say("replay.side", name=name, version=side.version) if side.version else name


def _group(some: Sequence[Differs]) -> Iterator[str]:
    """An example, and how often."""
    one = some[0]
    talks = len({each.talk for each in some})
    mark = say(f"replay.{one.verdict.value}") if one.verdict is not Verdict.UNKNOWN else ""
    yield say("replay.group", change=say(f"replay.{one.change.value}"), turns=len(some), talks=talks, mark=mark)
    yield say("replay.heard", text=one.heard)
    yield say("replay.was", text=_words(one.before))
    yield say("replay.now", text=_words(one.after))
    for text in one.agents[:1]:
        yield say("replay.agent", text=text)


def _words(one: Words) -> str:
    where, reason = "; ".join(one.sources), _reason(one.reason)
    made = say("replay.because", decision=say(f"replay.did_{one.decision}"), reason=reason)
    return say("replay.said", text=one.text, where=where, made=made) if one.text else say("replay.silence", made=made)


def _reason(code: str) -> str:
    """A code that this version does not know any more is its own word."""
    try:
        return reason_text(code)
    except KeyError:
        return code


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _escaped(text: str) -> str:
    """What buyers wrote is no Markdown, and no markup of a page that shows it."""
    told = text.replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{letter}" if letter in "\\`*_[]|#" else letter for letter in told)
