"""The audit log's words: what was done, and what else is told of it.

In: names as they are stored. Out: text in the reader's language. Never: a name that is unknown left out: it is shown as
it is.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.web.tongue import translations

Say = Callable[[str], str]


def act_word(act: str, language: str) -> str:
    """What was done."""
    return _acts(translations(language).gettext).get(act, act)


def data_line(data: Mapping[str, object], language: str, zone: ZoneInfo) -> str:
    """What else is told, in one line."""
    words = _details(translations(language).gettext)
    told = {words.get(name, name): words.get(str(value), _local(str(value), zone)) for name, value in data.items()}
    return " · ".join(f"{name} {value}" for name, value in told.items())


def _acts(_: Say) -> Mapping[str, str]:
    return {
        "logged_in": _("logged in"),
        "logged_out": _("logged out"),
        "login_failed": _("failed to log in"),
        "locked": _("account locked"),
        "password_changed": _("changed their password"),
        "password_refused": _("failed to change their password"),
        "denied": _("refused"),
        "account_added": _("added an account"),
        "password_given": _("gave a new password"),
        "role_changed": _("changed a role"),
        "account_disabled": _("disabled an account"),
        "account_enabled": _("enabled an account"),
        "presence": _("clocked"),
        "claim": _("claimed a conversation"),
        "reply": _("replied"),
        "transfer": _("transferred a conversation"),
        "hand_back": _("handed back to the bot"),
        "close": _("closed a conversation"),
        "owe": _("promised or noted"),
        "settle": _("settled what was owed"),
        "tag": _("changed a tag"),
        "order": _("noted on an order"),
        "recall": _("followed up a line that was said"),
        "office.notice_seen": _("saw a notice"),
        "office.pause": _("paused all automatic messages"),
        "office.resume": _("resumed automatic messages"),
        "office.acknowledge": _("acknowledged a line"),
        "office.settle": _("settled an issue"),
        "office.letter_retry": _("sent an undelivered message again"),
        "office.letter_drop": _("dropped an undelivered message"),
        "office.rollback": _("rolled the replies back"),
    }


def _details(_: Say) -> Mapping[str, str]:
    """Names and values."""
    return {
        "why": _("because"),
        "wrong": _("wrong password"),
        "unknown": _("unknown number"),
        "locked": _("locked at that time"),
        "disabled": _("account disabled"),
        "forbidden": _("no permission"),
        "form_old": _("old page"),
        "other_site": _("form of another site"),
        "form_broken": _("broken form"),
        "until": _("until"),
        "account": _("account"),
        "role": _("role"),
        "agent": _("agent"),
        "supervisor": _("supervisor"),
        "operator": _("operator"),
        "path": _("page"),
        "version": _("version"),
        "instead_of": _("instead of"),
        "need": _("needs"),
        "serve": _("speak to buyers"),
        "override": _("take over from others"),
        "oversee": _("oversee"),
        "line": _("line"),
        "say": _("said instead"),
        "queued": _("messages"),
        "roll_back": _("roll the replies back"),
    }


def _local(text: str, zone: ZoneInfo) -> str:
    """A moment as the shop's clocks show it; any other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment.tzinfo else text
