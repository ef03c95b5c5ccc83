"""Whether there are traces: if the environment asks for them and the extra is there.

In: whether they are wanted. Out: a tracer. Never: a service that does not start because nobody can watch it.
"""

from importlib import import_module

from bot import log
from bot.tracer import UNSEEN, Tracer
from bot.words import say

_EXTRA = "bot.otel"  # loaded only when wanted: its packages take a quarter of a second


def open_tracer(wanted: bool) -> Tracer:
    """The exporting tracer; without the extra one line says what to install, and nothing is traced."""
    if not wanted:
        return UNSEEN
    try:
        extra = import_module(_EXTRA)
    except ImportError:
        log.get().warning("tracing.off", remedy=say("serve.no_otel"))
        return UNSEEN
    found: Tracer = extra.tracer()
    return found
