"""How suggestions are told: lines for people, which head the patch too, and plain values.

In: suggestions and their patch. Out: lines, a mapping. Never: a question that tells of somebody; a buyer's id.

`{"since", "until": shop-local dates, both within, "issues", "understood", "suggestions": [{"id", "kind": asks | new |
facts | words, "intent", "path", "count", "buyers", "questions": [{"text", "count"}], "lines", "left": {reason: count},
"trial": {"asked", "understood", "word_for_word", "reworded", "flips": [{"text", "source", "intent", "score", "sure"}]}
or null, "answers": [{"text", "count"}], "issues": ids, "unplaced"}], "patch": text}`.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from bot.content.proposed import Patch
from bot.core.proposals import Kind, Proposal
from bot.core.trial import Trial
from bot.proposing import Suggestion, Suggestions
from bot.words import say

_SHOWN = 5  # questions, and lines that flip


def report(told: Suggestions, patch: Patch, since: date, until: date) -> Iterator[str]:
    """What there is, one suggestion after the other."""
    yield say("suggest.head", since=since, until=until, issues=told.issues, understood=told.understood)
    kind: Kind | None = None
    for one in told.found:
        if one.proposal.kind is not kind:
            kind = one.proposal.kind
            yield say(f"suggest.kinds.{kind}")
        yield from _suggestion(one, one.proposal.id in patch.unplaced)
    if not told.found:
        yield say("suggest.none")


def header(told: Suggestions, patch: Patch, since: date, until: date) -> str:
    """The same before a patch: lines that git passes over."""
    lines = (say("suggest.patch_head"), *report(told, patch, since, until))
    return "".join(f"# {part}\n" for line in lines for part in line.split("\n"))


def _suggestion(one: Suggestion, unplaced: bool) -> Iterator[str]:
    proposal = one.proposal
    where = proposal.path or say("suggest.nowhere")
    yield say("suggest.one", id=proposal.id, path=where, count=proposal.group.count, buyers=proposal.group.buyers)
    if questions := proposal.shown[:_SHOWN]:
        told = say("suggest.between").join(say("suggest.times", text=q.text, count=q.count) for q in questions)
        yield say("suggest.asked", text=told)
    if proposal.lines:
        yield say("suggest.unplaced" if unplaced else "suggest.adds", count=len(proposal.lines))
    if one.trial:
        yield from _trial(one.trial)
    yield from _left(proposal)
    for answer in one.answers:
        yield say("suggest.answer", text=answer.text, count=answer.count)


def _trial(trial: Trial) -> Iterator[str]:
    yield say(
        "suggest.trial", asked=trial.asked, understood=trial.understood, exact=trial.word_for_word,
        reworded=trial.reworded,
    )  # fmt: skip
    if trial.flips:
        sure = sum(flip.sure for flip in trial.flips)
        yield say("suggest.flips", count=len(trial.flips), sure=sure)
    for flip in trial.flips[:_SHOWN]:
        ask = flip.ask
        yield say("suggest.flip", source=ask.source, text=ask.text, intent=ask.intent, score=f"{flip.score:.0f}")


def _left(one: Proposal) -> Iterator[str]:
    told = [say("suggest.counted", what=say(f"suggest.left.{why}"), count=n) for why, n in sorted(one.left.items())]
    if told:
        yield say("suggest.left_out", what=say("join.list").join(told))


def plain(told: Suggestions, patch: Patch, since: date, until: date) -> Mapping[str, object]:
    """All of it, with the patch."""
    return {
        "since": since.isoformat(), "until": until.isoformat(), "issues": told.issues, "understood": told.understood,
        "suggestions": [_row(one, one.proposal.id in patch.unplaced) for one in told.found], "patch": patch.text,
    }  # fmt: skip


def _row(one: Suggestion, unplaced: bool) -> Mapping[str, object]:
    proposal = one.proposal
    return {
        "id": proposal.id, "kind": proposal.kind.value, "intent": proposal.intent, "path": proposal.path,
        "count": proposal.group.count, "buyers": proposal.group.buyers,
        "questions": [{"text": q.text, "count": q.count} for q in proposal.shown], "lines": list(proposal.lines),
        "left": {why.value: count for why, count in sorted(proposal.left.items())},
        "trial": _told(one.trial) if one.trial else None,
        "answers": [{"text": answer.text, "count": answer.count} for answer in one.answers],
        "issues": list(proposal.group.ids), "unplaced": unplaced,
    }  # fmt: skip


def _told(trial: Trial) -> Mapping[str, object]:
    flips = [
        {
            "text": flip.ask.text, "source": flip.ask.source, "intent": flip.ask.intent,
            "score": round(flip.score, 2), "sure": flip.sure,
        }
        for flip in trial.flips
    ]  # fmt: skip
    return {
        "asked": trial.asked, "understood": trial.understood, "word_for_word": trial.word_for_word,
        "reworded": trial.reworded, "flips": flips,
    }  # fmt: skip
