"""A conversation's lines as rounds: what the buyer asked, and who answered it when.

In: lines of one conversation, how sessions are told apart. Out: rounds in their order. Never: a nudge, a greeting, the
word that somebody is looking, or what was taken back, for an answer.

A round begins with the buyer's first line after an answer, or after a silence that ended the session; all answers until
the buyer's next line are its answers. That people will come (a hand-off) is the bot's answer, but the buyer still
waits: what follows before somebody really answers belongs to the same round. Once it is really answered, and people
were not called, a silence closes it: what an agent writes then is of their own accord and answers nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.rules.kpis import Sessions

BUYER, BOT, SYSTEM, SELLER = "buyer", "bot", "system", "seller"
#: Names that no agent can have in a transcript.
RESERVED = frozenset({BUYER, BOT, SYSTEM, SELLER})
HAND_OFF = "hand_off"
_CALL = "handoff"
_NO_ANSWER = frozenset({"nudge", "care", "notice"})


class Who(StrEnum):
    """Whose words a line has. `CALL`: the bot said that people will come. `ASSIST`: an agent sent what the bot had
    proposed."""

    BUYER = "buyer"
    HUMAN = "human"
    ASSIST = "assist"
    BOT = "bot"
    CALL = "call"


PEOPLE = frozenset({Who.HUMAN, Who.ASSIST})
MACHINE = frozenset({Who.BOT, Who.CALL})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript without its words. `author` is `buyer`, `bot`, an agent's id, or `seller` where that is
    unknown; `purpose` what the bot said it for, `source` the reply file's line that it says; `intents` and `decision`
    are those of the turn that heard it."""

    at: datetime
    seq: int
    author: str
    purpose: str | None = None
    source: str | None = None
    recalled: bool = False
    turn_id: str | None = None
    intents: tuple[str, ...] = ()
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """The lines of one conversation within a span of time, in the order in which they were stored."""

    channel: str
    id: str
    buyer_id: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`unasked`: of their own accord, a silence after the round was settled; it answers nothing."""

    at: datetime
    who: Who
    author: str
    unasked: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """What a buyer asked from `asked_at` on, and all answers in their order. `session`: when the buyer's first words of
    the session were said. `called`: the bot gave it to people."""

    channel: str
    conversation_id: str
    buyer_id: str
    asked_at: datetime
    session: datetime
    answers: tuple[Answer, ...] = ()
    intents: tuple[str, ...] = ()
    called: bool = False

    @property
    def robot_only(self) -> bool:
        """The bot answered it alone, and called nobody."""
        return bool(self.answers) and not self.called and all(one.who in MACHINE or one.unasked for one in self.answers)

    def first(self, *who: Who) -> Answer | None:
        """The first answer of any of these."""
        return next((one for one in self.answers if one.who in who and not one.unasked), None)

    def took(self, answer: Answer) -> timedelta:
        return answer.at - self.asked_at


def who_says(line: Line) -> Who | None:
    """None where it is neither a question nor an answer."""
    if line.recalled or line.author == SYSTEM:
        return None
    if line.author == BUYER:
        return Who.BUYER
    if line.author != BOT:
        return Who.ASSIST if line.source else Who.HUMAN
    if line.purpose in _NO_ANSWER:
        return None
    return Who.CALL if line.purpose == _CALL else Who.BOT


def rounds_of(talk: Talk, rules: Sessions) -> list[Round]:
    """All rounds of the lines that are there, by the time of their first question."""
    teller = _Teller(talk, rules)
    for line in sorted(_in_turn(talk.lines), key=lambda one: (one.at, one.seq)):
        if who := who_says(line):
            teller.hear(line, who)
    return teller.told()


def _in_turn(lines: Sequence[Line]) -> Iterator[Line]:
    """The channel's clock tells when the buyer wrote and ours when we answered: where the two disagree, an answer still
    comes after what its turn heard."""
    heard = _heard(lines)
    for line in lines:
        asked = heard.get(line.turn_id or "") if line.author != BUYER else None
        yield replace(line, at=asked) if asked and line.at < asked else line


def _heard(lines: Iterable[Line]) -> Mapping[str, datetime]:
    """When the last of the buyer's lines of each turn was said."""
    found: dict[str, datetime] = {}
    for line in lines:
        if line.author == BUYER and line.turn_id:
            found[line.turn_id] = max(line.at, found.get(line.turn_id, line.at))
    return found


@dataclass(slots=True)
class _Open:
    """A round that is still being told. `settled`: in which session somebody really answered first."""

    asked_at: datetime
    session: datetime
    place: int
    answers: list[Answer] = field(default_factory=list)
    intents: dict[str, None] = field(default_factory=dict)
    called: bool = False
    settled: int | None = None

    def is_over(self, place: int) -> bool:
        """Really answered in an earlier session, and the buyer was not told that people will come."""
        return self.settled is not None and self.settled != place and not self.called


class _Teller:
    """Hears the words of a conversation one after the other. `place` numbers the sessions."""

    def __init__(self, talk: Talk, rules: Sessions) -> None:
        self._talk, self._rules = talk, rules
        self._last: datetime | None = None
        self._session: datetime | None = None
        self._place = 0
        self._rounds: list[_Open] = []

    def hear(self, line: Line, who: Who) -> None:
        if self._last is None or line.at - self._last >= self._rules.silence:
            self._session, self._place = None, self._place + 1
        self._last = line.at
        if who is Who.BUYER:
            self._ask(line)
        elif self._rounds:
            self._answer(line, who)

    def told(self) -> list[Round]:
        place = (self._talk.channel, self._talk.id, self._talk.buyer_id)
        return [
            Round(*place, one.asked_at, one.session, tuple(one.answers), tuple(one.intents), one.called)
            for one in self._rounds
        ]

    def _ask(self, line: Line) -> None:
        self._session = self._session or line.at
        now = self._rounds[-1] if self._rounds else None
        if now is None or now.settled is not None or now.place != self._place:
            now = _Open(line.at, self._session, self._place)
            self._rounds.append(now)
        now.intents |= dict.fromkeys(line.intents)
        now.called |= line.decision == HAND_OFF

    def _answer(self, line: Line, who: Who) -> None:
        now = self._rounds[-1]
        if line.at - now.asked_at <= self._rules.waits:
            now.answers.append(Answer(line.at, who, line.author, unasked=now.is_over(self._place)))
        now.called |= who is Who.CALL
        if who is not Who.CALL and now.settled is None:
            now.settled = self._place
