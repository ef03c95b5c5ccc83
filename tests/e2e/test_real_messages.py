"""Six thousand real buyer messages through the whole core, where they are at hand beside the checkout."""

from datetime import datetime

import pytest

from bot.cli.simulate import Simulation
from bot.content.load import Folders, load_book
from bot.core.model import DecisionKind
from bot.core.redlines import hits
from tests.e2e.shop import ROOT, ZONE

MESSAGES = ROOT.parent / "shared" / "data" / "messages.txt"
SILENT_FOR = {"nothing_to_say"}


@pytest.mark.slow
@pytest.mark.parametrize("hour", [2, 14])
def test_every_message_ends_in_words_a_person_or_a_reason_for_silence(hour: int) -> None:
    if not MESSAGES.exists():
        pytest.skip("the messages are not part of the project")
    book = load_book(Folders(ROOT / "replies", ROOT / "rules"))
    simulation = Simulation(book, datetime(2026, 11, 23, hour, 13, tzinfo=ZONE))
    for text in MESSAGES.read_text(encoding="utf-8").splitlines():
        turn = simulation.turn(text)
        said = turn.reply.text if turn.reply else ""
        assert hits(said, book.rules.redlines) == (), (text, said)
        assert not {"{", "}"} & set(said), (text, said)
        assert said or turn.decision.reason in SILENT_FOR or turn.decision.kind is DecisionKind.HAND_OFF, text
