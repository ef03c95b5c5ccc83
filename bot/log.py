"""One canonical line per unit of work, on stderr; personal data masked.

In: event names and fields. Out: JSON or text lines. Never: a message's text, a phone number, an address, a secret.
"""

import logging
import re
import sys
from collections.abc import MutableMapping

import structlog

#: Names of our own things, without which no line could be traced.
OPEN_FIELDS = frozenset(
    {"timestamp", "level", "event", "command", "turn", "commands", "conversation", "order", "lane", "began"}
)
#: Runs of digits that may be a phone, a card or an identity number; their middle is masked.
_DIGITS = re.compile(r"(?<!\d)(\d{3})(?:[ -]?\d){4,}(\d{2})(?!\d)")


def set_up(log_format: str) -> None:
    """Configure logging once per process; other libraries speak from warnings on."""
    as_json = structlog.processors.JSONRenderer(ensure_ascii=False)
    renderer = as_json if log_format == "json" else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask_fields,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")


def get() -> structlog.typing.FilteringBoundLogger:
    """The logger; `log.info("turn", conversation=…, decision=…)`."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger


def mask(text: str) -> str:
    """138****78 for longer runs of digits."""
    return _DIGITS.sub(r"\1****\2", text)


def mask_fields(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """Mask every text field but times and ids of our own making."""
    for name, value in event.items():
        if isinstance(value, str) and name not in OPEN_FIELDS:
            event[name] = mask(value)
        elif isinstance(value, list):
            event[name] = [mask(part) if isinstance(part, str) else part for part in value]
    return event
