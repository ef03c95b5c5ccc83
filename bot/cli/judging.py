"""The asks that are worth a look, for `yeban check --warnings`.

In: files without a fault. Out: warnings. Never: loaded before it is asked for; it brings numpy and scipy along, and
learns all asks.
"""

from bot.content.check_asks import warnings_of
from bot.content.examine import Examined
from bot.content.load import made_of
from bot.errors import Fault


def judged(examined: Examined) -> list[Fault]:
    """What is worth a look among ways of asking."""
    return warnings_of(made_of(examined))
