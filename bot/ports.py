"""The holes in the wall: what the shell needs from a store and from a channel.

In: nothing. Out: protocols, and what their calls may answer or raise. Never: an implementation.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.acts import Act, Candidate, Staffing, Unread
from bot.content.files import FileSet
from bot.core.buyer import Buyer
from bot.core.compose import Part
from bot.core.coverage import Told
from bot.core.daylog import DayLog, DaySpan
from bot.core.model import Conversation, Item, Order, Presence
from bot.core.notebooks import Commitment, Handover, Issue, IssueKind, Notice, Owed
from bot.core.pictures import Picture
from bot.core.rounds import Talk
from bot.core.staff import Account, Attempt, Audited, AuditLook, Role, Session
from bot.core.uplift import Enrolment
from bot.errors import YebanError
from bot.records import (
    NOTHING_AHEAD,
    Accepted,
    Claim,
    ClaimedCommand,
    Command,
    DueNudges,
    Event,
    Guest,
    Letter,
    Outcome,
    Pause,
    Reached,
    Settled,
    Spoken,
    TurnRecord,
    Unsent,
    Vitals,
    Work,
)
from bot.releases import Serving, Why
from bot.sheets import Hit, Sheet, Sought, Traced

Counts = Mapping[str, int]
#: A channel, a conversation in it, from when on and before when.
Following = tuple[str, str, datetime, datetime]


class StoreDown(YebanError):
    """The database cannot be reached or does not take the write; nothing of the call was kept. Try again."""

    def __init__(self, cause: str) -> None:
        super().__init__("errors.store_down", cause=cause)


class Overloaded(YebanError):
    """More waits than may; nothing of the call was kept. Try again after so many seconds."""

    def __init__(self, after: float = 1.0) -> None:
        self.after = after
        super().__init__("errors.overloaded")


class Flooded(Overloaded):
    """One buyer writes faster than anybody can; the others are not to wait for it."""


class StaffStore(Protocol):
    """Accounts of the desk, log-ins, the audit log: a part of the store. An act and its line of the log are one."""

    async def account(self, agent_id: str) -> Account | None:
        """One account."""

    async def accounts(self) -> Sequence[Account]:
        """All, by number."""

    async def add_account(self, account: Account, line: Audited) -> bool:
        """False: the number is taken."""

    async def attempt(self, agent_id: str, now: datetime) -> Attempt | None:
        """Count a try to log in, as a failure until `log_in` says else. None: there is no such account."""

    async def log_in(self, session: Session, password: str, instead: str | None, line: Audited) -> bool:
        """Begin a log-in, and end the one `instead` of which it is. False: the account is disabled, or its password's
        hash is not this one any more."""

    async def session(self, digest: str) -> tuple[Session, Account] | None:
        """A log-in with its account, both as they are now; it may be over by its times."""

    async def saw(self, digest: str, now: datetime) -> None:
        """Somebody used a log-in."""

    async def log_out(self, digest: str, line: Audited) -> bool:
        """End a log-in. False: there is none."""

    async def set_password(
        self, agent_id: str, password: str, line: Audited, *, one_time: bool, was: str | None = None,
        session: Session | None = None,
    ) -> bool:  # fmt: skip
        """Set a password's hash; all log-ins end but `session`, which begins, and a lock ends. False: no such account,
        or its hash is not what it `was`."""

    async def rehash(self, agent_id: str, was: str, password: str) -> None:
        """The same password under a newer hash."""

    async def disable(self, agent_id: str, at: datetime | None, line: Audited) -> bool:
        """End all log-ins and let in no more; with None let in again. False: no such account."""

    async def set_role(self, agent_id: str, role: Role, line: Audited) -> bool:
        """False: no such account."""

    async def set_language(self, agent_id: str, language: str) -> None:
        """The language that an account has chosen."""

    async def note(self, line: Audited) -> None:
        """Add to the audit log."""

    async def audit(self, wanted: AuditLook) -> Sequence[Audited]:
        """Lines of the audit log, newest first."""

    async def beat(self, digest: str, now: datetime) -> None:
        """A desk of a log-in stands open."""

    async def absent(self, since: datetime) -> Sequence[str]:
        """Who is clocked in since before then, had a desk open, and has had none since."""


class Store(StaffStore, Protocol):
    """Durable state. Every method is one transaction; times are passed in.

    Writes of one process are grouped into shared commits; a call returns after its commit is on disk.
    """

    async def accept(self, event: Event) -> Accepted:
        """Keep an event, unless it is known. Raises `StoreDown` or `Overloaded`."""

    async def claim(self, now: datetime, limit: int) -> Sequence[Claim]:
        """Lease up to `limit` ready lanes, oldest first."""

    async def load(self, claim: Claim, beside: frozenset[str] = frozenset()) -> Work:
        """Read all that a turn needs; as its `offers` the items `beside` those that it is about."""

    async def save(self, claim: Claim, outcome: Outcome, now: datetime) -> bool:
        """Apply an outcome and free the lane. False: the lease or the conversation's version is no longer ours, nothing
        was written and the lane will come up again."""

    async def save_to_send(
        self, claim: Claim, outcome: Outcome, now: datetime, channels: Collection[str]
    ) -> Sequence[ClaimedCommand] | None:
        """The same, and lease what the caller can send at once: the first answer in a lane where nothing waits, for one
        of these channels, after the same last look as at a claim. None: not saved."""

    async def claim_commands(self, now: datetime, limit: int, channels: Collection[str]) -> Sequence[ClaimedCommand]:
        """Lease the heads of up to `limit` sending lanes of these channels, after a last look: a bot's message in a
        conversation that a human holds is cancelled, a nudge for an order no longer unpaid too; when paused, bot
        commands wait; past its deadline a command is not sent: a reply that surely never arrived is decided anew, with
        those behind it that were not tried yet; anything else is `expired`."""

    async def mark_sent(self, claimed: ClaimedCommand, now: datetime) -> bool:
        """Record one success; False if the lease was lost."""

    async def mark_retry(self, claimed: ClaimedCommand, due: datetime, later: "Later") -> bool:
        """Try again later."""

    async def mark_dead(self, claimed: ClaimedCommand, error: str) -> bool:
        """Give up for good; visible to people, and the lane goes on."""

    async def due_nudges(
        self, now: datetime, limit: int, *, ahead: timedelta = NOTHING_AHEAD, day: datetime | None = None
    ) -> Sequence[DueNudges]:
        """The `limit` longest due lines of the ledger, with what else is planned for their buyers up to `ahead` from
        now, and all that judging them needs as it is now. `day` is when the shop's day began: messages are counted from
        then on."""

    async def settle_nudges(self, move: Settled) -> bool:
        """Move planned lines on (sent, withheld, cancelled, or planned anew for later), and queue the commands in the
        same transaction. False: another process was faster, the order changed, or the buyer was told something."""

    async def enrolments(self, since: datetime, until: datetime) -> Sequence[Enrolment]:
        """Orders whose first nudge was queued to be sent, or withheld by the hold-out, from `since` on and before
        `until`, in that order; their payment as it is known now. What became of a nudge once it was queued (sent,
        cancelled at the last look, expired) moves no order to another arm and takes none out."""

    async def guests(self, after: str, limit: int) -> Sequence[Guest]:
        """Buyers who agreed to hear of offers, by id, behind the id `after`."""

    async def greet(self, commands: Sequence[Command]) -> int:
        """Queue those commands that were not queued before; how many."""

    async def waiting(self, groups: Collection[str] | None = None) -> Sequence[Conversation]:
        """Queued conversations that no hand-off command was issued for yet, hottest and oldest first, a few hundred at
        most; of these groups only, if any are named."""

    async def announce(self, conversation: Conversation, command: Command, now: datetime) -> bool:
        """Issue the hand-off command of a waiting conversation, once."""

    async def lapsed(self, now: datetime) -> Sequence[Conversation]:
        """Conversations in which a reply or a hand-off did not arrive (too late, refused) and nobody has seen to it
        yet; a refused hand-off counts after a minute."""

    async def see_to(self, conversation: Conversation, now: datetime) -> bool:
        """Save a lapsed conversation as seen to. False: it has changed meanwhile and will come up again."""

    async def act(self, act: Act, now: datetime) -> bool:
        """Apply what people or the routing do. False: the conversation has moved on, or it was done before."""

    async def with_people(self) -> Sequence[Conversation]:
        """Conversations that are people's matter: queued ones, and those that a human holds in which the buyer waits or
        that are somebody's."""

    async def owed(self) -> Sequence[Owed]:
        """All open commitments, soonest due first."""

    async def overdue(self, now: datetime) -> Sequence[Commitment]:
        """Open commitments past their time of which no notice tells yet, soonest due first."""

    async def commitments_of(self, channel: str, conversation_id: str) -> Sequence[Commitment]:
        """All of a conversation, the settled ones too, oldest first."""

    async def commitment(self, commitment_id: str) -> Commitment | None:
        """One commitment."""

    async def unread(self) -> Unread:
        """What of the hand-over logs waits to be acknowledged, and what it is about."""

    async def receive(self, handover_ids: Collection[str], at: datetime) -> None:
        """Somebody of the receiving shifts is there since `at`; the first time counts."""

    async def handovers(self, since: datetime, until: datetime) -> Sequence[Handover]:
        """Whole logs of the changes from `since` on and before `until`, oldest first."""

    async def handover(self, handover_id: str) -> Handover | None:
        """One log."""

    async def last_handovers(self, since: datetime) -> Mapping[str, datetime]:
        """Group -> when the shift of its last log took over, if that was not before `since`."""

    async def notices(self, limit: int, since: datetime | None = None) -> Sequence[Notice]:
        """What nobody has seen yet, oldest first; with `since` all from then on, seen or not."""

    async def see_notice(self, notice_id: str, by: str, now: datetime) -> bool:
        """False: there is no such notice, or somebody has seen it before."""

    async def staffing(self) -> Staffing:
        """Who is there and how much each has to do."""

    async def restless(self, now: datetime, here: Collection[str]) -> Sequence[Candidate]:
        """Conversations that the routing must look at: whose buyer waits and whose owner is none of those `here`, then
        those whose time has come; a few hundred at most."""

    async def heads(self, groups: Collection[str], room: int) -> Sequence[Candidate]:
        """The first `room` in these groups' queues that nobody has, hottest and oldest first; a few hundred at most."""

    async def issued(self, command_id: str) -> bool:
        """Whether a command was ever put into the outbox."""

    async def is_speaking(self, lane: str, message_id: str, text: str, now: datetime) -> bool:
        """Whether a word of the bot's is on its way in a lane, or due there, other than that message."""

    async def words_of(self, command_id: str) -> str | None:
        """The text of a command as it waits or was sent; None where there is none (any more)."""

    async def noted(self, command_id: str) -> tuple[str, str] | None:
        """The order and the line of a note as it was made; None where there is none (any more)."""

    async def open_talks(self, group: str | None = None, agent: str | None = None) -> Sequence[Conversation]:
        """Conversations that are people's now, of one group or agent if that is named. All that are somebody's and all
        that a human holds and whose buyer waits; then of those that nobody has the hottest and oldest in the queue, and
        those that are looked after by time, a thousand at most of these together."""

    async def ahead(self, conversation: Conversation, groups: Collection[str]) -> int:
        """How many wait before it in the queues of these groups."""

    async def talk(self, channel: str, conversation_id: str) -> Conversation | None:
        """One conversation as it is now."""

    async def set_paused(self, paused: bool, now: datetime, by: str | None = None) -> None:
        """The kill switch over everything automatic; survives restarts. Who switches to what it is already changes
        nothing."""

    async def pause(self) -> Pause:
        """How the kill switch stands."""

    async def calls(self, since: datetime, until: datetime) -> Counts:
        """By reason: how often a conversation was given to people's queue from `since` on and before `until`."""

    async def import_snapshots(
        self, items: Sequence[Item], orders: Sequence[Order], told: Callable[[int], None] | None = None
    ) -> "Kept":
        """Store a whole file's snapshots, all or nothing; older snapshots than the stored ones are ignored. `told`
        hears, on the store's thread, how many have been written so far, now and then."""

    async def find(self, item_id: str | None, order_id: str | None) -> tuple[Item | None, Order | None]:
        """One item and one order as stored."""

    async def catalogue(self, item_id: str | None = None) -> Sequence[Item]:
        """All items as stored, by id; or the one."""

    async def asked(
        self, since: datetime, intents: Collection[str], item_id: str | None = None
    ) -> Mapping[str, Mapping[tuple[str, ...], int]]:
        """By item: which attributes' words buyers asked of it in turns of these intents, and in how many
        conversations; of all items or the one."""

    async def presence(self) -> Sequence[Presence]:
        """The agents' latest states."""

    async def unsent(self, channel: str, conversation_id: str) -> Sequence[Unsent]:
        """What is said in a conversation and has not arrived, the first first."""

    async def coming(self, channel: str, conversation_id: str) -> Sequence[Spoken]:
        """What the buyer wrote that no worker has taken up yet, the first first; without numbers."""

    async def last_words(self, places: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Spoken]:
        """What the buyer said last in each of some conversations (channel, id)."""

    async def transcript(self, channel: str, conversation_id: str, after: int = 0) -> Sequence[Spoken]:
        """Lines after a sequence number, oldest first: what was received and what was sent."""

    async def traced(self, channel: str, conversation_id: str, last: int) -> Sequence[Traced]:
        """The last so many lines of a conversation, oldest first, each with its turn."""

    async def recorded(
        self, since: datetime, until: datetime, after: tuple[datetime, str] | None, limit: int, *, stories: bool = True
    ) -> Sequence[TurnRecord]:
        """A page of the turns taken from `since` on and before `until`, by time and id, behind the mark `after`; with
        empty `stories` where nobody reads them."""

    async def kept_set(self, begins: str) -> FileSet | None:
        """The set of operators' files that was served under a version beginning so; None for none or several."""

    async def explain(self, sent_id: str) -> Mapping[str, object] | None:
        """The story behind a sent command or a message id."""

    async def reached(
        self, wording: str, source: str, since: datetime | None, until: datetime | None
    ) -> Sequence[Reached]:
        """Messages that arrived from `since` on and before `until` and were made of a wording, by its key, whoever sent
        them; and those of which is only known that they were said from the line `source`. In the order of their
        sending."""

    async def states_of(self, command_ids: Sequence[str]) -> Mapping[str, str]:
        """How those commands stand that were ever put into the outbox: `pending`, `sending`, `sent`; any other state
        means that they were given up."""

    async def letters(self, limit: int, before: str | None = None) -> Sequence[Letter]:
        """What did not arrive, newest first; only what is older than the command `before`, if one is named."""

    async def retry_letter(self, command_id: str, now: datetime) -> bool:
        """Put a letter back into its lane, under its id, due now, its deadline anew; a nudge's line is `sending` again.
        The last look before a send is taken as ever. False: no such letter."""

    async def drop_letter(self, command_id: str, now: datetime) -> bool:
        """Settle a letter as `dropped`, its nudge's line as cancelled. False: no such letter."""

    async def buyer(self, buyer_id: str) -> Buyer | None:
        """A buyer's file; None where nothing is remembered."""

    async def sheet(self, buyer_id: str) -> Sheet:
        """All that an agent is shown of a buyer, in one snapshot."""

    async def search(self, sought: Sought) -> Sequence[Hit]:
        """Where something is found: by numbers and names (exact, or as a beginning) unless `before` is given, then by
        words, the newest line first."""

    async def orders_of(self, buyer_id: str) -> Sequence[Order]:
        """A buyer's orders, newest first, as many as a turn is shown."""

    async def tag_buyer(self, buyer_id: str, tag: str, on: bool, by: str, now: datetime) -> None:
        """Set a tag, or take it off, as an agent; no rule undoes either."""

    async def export_buyer(self, buyer_id: str) -> Mapping[str, object] | None:
        """Everything that is stored about a buyer, as plain JSON; None where that is nothing."""

    async def traces_of(self, buyer_id: str) -> Counts:
        """How many rows of each kind `erase_buyer` would empty or cancel now."""

    async def erase_buyer(self, buyer_id: str, now: datetime) -> Counts:
        """Forget a buyer: the file goes, words, names, phones and addresses are emptied, what waits is cancelled. Ids
        and states stay, so that nothing is taken up or sent twice."""

    async def day(self, span: DaySpan, hear: Callable[[Talk], None]) -> DayLog:
        """A local day told again, all of it in one snapshot: `hear` gets, on the store's thread and one after the
        other, every conversation with a line in the day; then the rest."""

    async def issues(self, since: datetime, until: datetime, kinds: Collection[IssueKind] = ()) -> Sequence[Issue]:
        """The issue log from `since` on and before `until`, oldest first; of these kinds only, if any are named."""

    async def issue(self, issue_id: str) -> Issue | None:
        """One issue."""

    async def known_issues(self, ids: Sequence[str]) -> Sequence[str]:
        """Those of the ids that are in the issue log, sorted."""

    async def followed(self, places: Sequence[Following], most: int) -> Sequence[Sequence[Spoken]]:
        """For each place the first `most` lines of its conversation in its span, as they were said."""

    async def names_of(self, buyer_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
        """By buyer: what they go by and whom their parcels go to, as far as any names are known."""

    async def spoken(self, since: datetime, until: datetime, hear: Callable[[Part], None]) -> None:
        """What the bot said from `since` on and before `until`, text by text: `hear` gets each on the store's thread.
        Where its turn is no longer known, nor its variant is, and of several texts in one message nor its words are."""

    async def told(self, since: datetime, until: datetime, hear: Callable[[Told], None]) -> datetime | None:
        """The turns of that span, in their order, to `hear` on the store's thread; without those that were erased. What
        is older than the time that it answers may have been cleared away; None where nothing ever was."""

    async def settle_issues(self, ids: Sequence[str], by: str, remedy: str, now: datetime) -> Sequence[str]:
        """Settle issues with what was done about them; the ids, sorted, of those that were open until now."""

    async def keep_picture(self, picture: Picture) -> None:
        """Keep a buyer's picture; one that is there under its id already stays."""

    async def picture(self, picture_id: str) -> Picture | None:
        """One picture."""

    async def cards(self, channel: str, ids: Collection[str]) -> Mapping[str, Item | Order]:
        """By message id: what the cards among these messages show, as it is stored now; without those whose event has
        been pruned or erased."""

    async def vitals(self, now: datetime) -> Vitals:
        """How the work stands; cheap, however much is stored."""

    async def keep_release(self, files: FileSet, commit: str | None, now: datetime) -> bool:
        """Keep a set of the operators' files under its version. False: it was there already."""

    async def release_files(self, version: str) -> FileSet | None:
        """A set that was kept, byte for byte."""

    async def kept_texts(self, path: str) -> Mapping[str, bytes]:
        """The texts that a file had in sets that were kept, each once, by the newest version that has it, newest
        first."""

    async def kept_paths(self) -> frozenset[str]:
        """The files of all sets that were kept."""

    async def serve(self, version: str, now: datetime, by: str, why: Why, after: int) -> bool:
        """Let all processes serve a version that was kept, unless another was chosen since the line `after` (0: none).
        False: one was."""

    async def serving(self) -> Serving | None:
        """What is served; None before the first set."""

    async def releases(self, limit: int) -> Sequence[Serving]:
        """What is served and was, newest first."""


class Sender(Protocol):
    """Sends what was leased where it was saved, for the channels that it carries."""

    @property
    def carries(self) -> Collection[str]:
        """Channels by name."""

    def has_room(self) -> bool:
        """Whether to hand over at all; what is handed over begins at once, even if many do so at one moment."""

    def take(self, leased: Sequence[ClaimedCommand]) -> None:
        """Start sending them."""


class Bell(Protocol):
    """Wakes whoever waits for work in this process; the rows stay the truth."""

    def ring(self, after: float = 0.0) -> None:
        """Say that there may be work, now or after some seconds."""

    async def wait(self, seconds: float) -> None:
        """Return at the next ring or after `seconds`."""


class Accord(Protocol):
    """What version of the operators' files is in use here, and what all processes have agreed on."""

    def is_behind(self) -> bool:
        """Whether others have gone on to a version that is not in use here yet."""

    async def reach(self, seq: int) -> None:
        """Return once the version of this line, or a later one, is in use here; or cannot be."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many snapshots of a file were kept, and how many were older than what was there already."""

    items: int
    orders: int
    older: int = 0


@dataclass(frozen=True, slots=True)
class Delivered:
    """The channel took it."""


@dataclass(frozen=True, slots=True)
class Later:
    """Try again; `after` is the channel's own wish in seconds, if it had one. `unsure`: the channel may have taken it
    all the same, only its answer was lost."""

    error: str
    after: float | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Never try again."""

    error: str


class ChannelOut(Protocol):
    """The way out to buyers and agents."""

    async def send(self, command: Command, now: datetime) -> Delivered | Later | Refused:
        """Deliver one command; never raises for what the far side does."""
