"""`yeban explain`: the whole story of one message, and the proof that its words are what the files said.

In: a namespace and settings. Out: a screen or JSON on stdout, an exit code. Never: today's files taken for those of
that day.

`--json` is the story as it is stored, `made` (of what the bot's words were made: `version`, `commit`, `decision`,
`reason`, `parts`: [{`topic`, `variant`, `source`, `wording`, `given`}], `roster`) and `proof`: {`version`, `commit`,
`equal`, `text`: what these files say, `gap`: null or why there is no proof}, null for what the bot never said.
Of a record that is damaged `damaged` names the columns (`outbox.made`); their values are null or empty.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.cli.parser import SHOP_ZONE
from bot.cli.stored import with_store
from bot.core.summary import reason_text
from bot.errors import YebanError
from bot.ports import Store
from bot.proving import Gap, Proof, Prover
from bot.settings import Settings
from bot.words import say

Told = Mapping[str, Any]
_CANDIDATES = 4
_INDENT = "\n        "


def run_explain(args: argparse.Namespace, settings: Settings) -> int:
    """Raises `YebanError` where the words cannot be made again as they were sent: after the story was told."""
    found = with_store(settings, lambda store: _known(store, args.id, settings))
    if found is None:
        raise YebanError("errors.unknown_id", id=args.id)
    story, proof = found
    print(_as_json(story, proof) if args.json else _screen(story, proof))
    if damaged := story.get("damaged"):
        raise YebanError("errors.damaged", id=args.id, parts=say("join.list").join(map(_column, damaged)))
    if proof and proof.failed:
        raise YebanError(f"errors.unproven.{proof.gap}", **_place(proof))
    return 0


async def _known(store: Store, one: str, settings: Settings) -> tuple[Told, Proof | None] | None:
    story: Told | None = await store.explain(one)
    if story is None:
        return None
    sent: Told = story.get("command") or {}
    ours = sent.get("by_bot") or story.get("made")  # also what an agent sent just as the files say it
    if story.get("damaged") or not (ours and sent["type"] == "message.send" and sent["data"]):
        return story, None
    prover = Prover(store, settings.replies, settings.rules)
    return story, await prover.prove(story["made"], sent["data"]["text"])


def _as_json(story: Told, proof: Proof | None) -> str:
    names = ("version", "commit", "equal", "text", "gap")
    told = {name: getattr(proof, name) for name in names} if proof else None
    return json.dumps({**story, "proof": told}, ensure_ascii=False, default=str)


def _column(place: str) -> str:
    return say(f"explain.columns.{place.replace('.', '_')}")


def _screen(story: Told, proof: Proof | None) -> str:
    """Raises `YebanError` where what is kept is no story."""
    try:
        return on_screen(story, proof)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        one = (story.get("command") or story["message"])["id"]
        raise YebanError("errors.damaged", id=one, parts=say("explain.columns.some")) from error


def _place(proof: Proof) -> dict[str, str]:
    return {"version": proof.version or "", "commit": proof.commit or say("try.no_commit"), "place": proof.place or ""}


def on_screen(story: Told, proof: Proof | None) -> str:
    """What was said and to whom, what was understood of what, what was known, decided and why, from which lines it was
    made, and whether they still say so."""
    made: Told = story.get("made") or {}
    found = [*_message(story), *_turn(story.get("turn") or {}), *_own_accord(story), *_made(made), *_proof(proof)]
    return "\n".join(say(f"explain.{name}", value=value) for name, value in found if value)


def _message(story: Told) -> Iterator[tuple[str, str]]:
    sent, line = story.get("command"), story.get("message")
    if sent is None:
        line = line or {}
        yield "message", say("explain.heard", id=line["id"], at=_at(line["at"]), talk=line["conversation_id"])
        yield "text", _block(line["text"])
        return
    state, at = say(f"explain.states.{story['state']}"), story["sent_at"] or story["created_at"]
    kind = say(f"letters.purposes.{sent['purpose']}")
    yield "message", say("explain.sent", id=sent["id"], kind=kind, state=state, at=_at(at), tries=story["tries"])
    data = sent["data"] or {}
    author = data.get("author") or {}
    yield "to", say("explain.whom", talk=sent["conversation_id"], buyer=data.get("buyer_id", "-"))
    yield "by", author.get("id", "") if author.get("kind") == "agent" else ""
    yield "text", _block(data.get("text", ""))
    yield "error", story["error"] or ""


def _turn(turn: Told) -> Iterator[tuple[str, str]]:
    """An older version told less."""
    story: Told = turn.get("story") or {}
    yield "asked", _rows(f"{one['text'] or one['kind']}  {one['id']}" for one in story.get("messages", ()))
    yield "candidates", _rows(map(_candidate, story.get("candidates", ())[:_CANDIDATES]))
    yield "slots", ", ".join(f"{name}={value}" for name, value in story.get("slots", {}).items())
    yield "facts", _listed(_facts(story.get("facts", {})))
    yield "decision", f"{turn['decision']}  {turn['reason']}（{_reason(turn['reason'])}）" if turn else ""


def _candidate(one: Told) -> str:
    like = f"{one['ask']}  {one['source']}" if one.get("ask") else ""
    return f"{one.get('score', 0):6.1%}  {one['intent']:<22} {like}".rstrip()


def _facts(facts: Told) -> Iterator[str]:
    if holder := facts.get("holder"):
        yield say(f"explain.holders.{holder}")
    if order := facts.get("order"):
        yield say("explain.order", id=order, status=say(f"order_status.{facts['order_status']}"))
    if item := facts.get("item"):
        yield say("explain.item", id=item)
    if facts.get("paused"):
        yield reason_text("paused")


def _own_accord(story: Told) -> Iterator[tuple[str, str]]:
    """What the shop said without being asked."""
    made: Told = story.get("made") or {}
    if made and not story.get("turn"):
        yield "decision", f"{made['decision']}  {made['reason']}"
    yield "lines", _rows(say("explain.line", **{**one, "due_at": _at(one["due_at"])}) for one in story.get("lines", ()))


def _made(made: Told) -> Iterator[tuple[str, str]]:
    roster: Told = made.get("roster") or {}
    yield "roster", _listed(_people(roster)) if roster else ""
    yield "parts", _rows(row for part in made.get("parts", ()) for row in _part(part))
    if made:
        yield "version", f"{made['version']}  {made['commit'] or say('try.no_commit')}"


def _people(roster: Told) -> Iterator[str]:
    on = say("join.list").join(f"{shift}（{_group(group)}）" for shift, group in roster["on"].items())
    yield say("explain.on", shifts=on) if on else say("explain.nobody_on")
    if roster.get("live"):
        yield say("explain.live", groups=say("join.list").join(map(_group, roster["live"])))
    if back := roster.get("back"):
        shifts = say("join.list").join(back["shifts"])
        yield say("explain.back", group=_group(roster["group"]), at=_at(back["at"]), shifts=shifts)


def _part(part: Told) -> Iterator[str]:
    yield f"{part['source']}  {part['topic']} ## {part['variant']}"
    for name, value in part["given"].items():
        yield f"    {name} = {value}"


def _proof(proof: Proof | None) -> Iterator[tuple[str, str]]:
    if proof is None:
        return
    yield "proof", say("explain.equal" if proof.equal else f"explain.gaps.{proof.gap}", **_place(proof))
    if proof.gap is Gap.DIFFERENT:
        yield "again", _block(proof.text or "")


def _group(name: str) -> str:
    """A group that this version does not know any more is its own word."""
    try:
        return say(f"groups.{name}")
    except KeyError:
        return name


def _reason(code: str) -> str:
    try:
        return reason_text(code)
    except KeyError:
        return code


def _at(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(SHOP_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _block(text: str) -> str:
    return text.replace("\n", _INDENT)


def _rows(rows: Iterable[str]) -> str:
    return _INDENT.join(rows)


def _listed(parts: Iterable[str]) -> str:
    return say("join.rows").join(parts)
