"""What is worked out once is never older than the value it was read off."""

from collections.abc import Sequence

from bot.core.once import once, remembered
from bot.core.rules.listening import Listening


def _first_lead(listening: Listening) -> str:
    return listening.leads[0]


def test_a_value_is_asked_once() -> None:
    asked: list[Sequence[str]] = []

    @once
    def leads(listening: Listening) -> Sequence[str]:
        asked.append(listening.leads)
        return listening.leads

    one, other = Listening(leads=("那",)), Listening(leads=("那",))
    assert (leads(one), leads(one), leads(other)) == (("那",), ("那",), ("那",))
    assert len(asked) == 2
    assert one == other


def test_a_changed_copy_is_asked_anew() -> None:
    first, one = once(_first_lead), Listening(leads=("那",))
    assert first(one) == "那"
    assert first(one.model_copy(update={"leads": ("另外",)})) == "另外"
    assert first(one) == "那"


def test_what_was_worked_out_is_no_part_of_the_value() -> None:
    one = Listening(leads=("那",))
    once(_first_lead)(one)
    assert one.model_dump() == Listening(leads=("那",)).model_dump()


def test_only_short_texts_are_remembered() -> None:
    read: list[str] = []

    @remembered
    def last(text: str) -> str:
        read.append(text)
        return text[-1]

    assert [last("ab"), last("ab"), last("ab" * 200), last("ab" * 200)] == ["b"] * 4
    assert read == ["ab", "ab" * 200, "ab" * 200]
