"""A view's groups are made when they are looked at, once, and an empty one is not there."""

from collections.abc import Callable

import pytest

from bot.content import pieces, templates
from bot.core.groups import Fields, Groups
from bot.words import say


class Makes:
    """Counts how often each group is made."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def order(self) -> Fields:
        self.made.append("order")
        return {"title": "杯子"}

    def item(self) -> Fields:
        self.made.append("item")
        return {}


def test_only_what_is_looked_at_is_made_and_that_once() -> None:
    makes = Makes()
    groups = Groups({"order": makes.order, "item": makes.item})
    assert groups["order"]["title"] == groups.get("order", {})["title"] == "杯子"
    assert makes.made == ["order"]


def test_a_group_without_fields_is_not_there() -> None:
    makes = Makes()
    groups = Groups({"order": makes.order, "item": makes.item})
    assert groups == {"order": {"title": "杯子"}}
    assert "item" not in groups
    assert "shop" not in groups
    assert len(groups) == 1
    with pytest.raises(KeyError):
        groups["item"]


def test_what_is_not_known_is_taken_from_the_view_beneath() -> None:
    makes, beneath = Makes(), {"order": {"title": "锅"}, "item": {"title": "锅"}, "shop": {"name": "店"}}
    groups = Groups({"order": makes.order, "item": makes.item}, beneath)
    assert groups == beneath | {"order": {"title": "杯子"}}


LOOKS: dict[str, Callable[[Groups], object]] = {
    "[]": lambda groups: groups["order"],
    "get": lambda groups: groups.get("order"),
    "in": lambda groups: "order" in groups,
    "list": list,
    "pieces": templates.compiled("{{ order.id }}"),
    "branch": templates.compiled("{% if order.id %}是{% else %}否{% endif %}"),
    "engine": templates.compiled("{% if not order.id %}否{% endif %}"),
    "beneath": lambda groups: Groups({"item": dict}, beneath=groups).get("order"),
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_defect_of_a_maker_is_no_fact_that_is_not_known(look: str) -> None:
    def order() -> Fields:
        return {"title": say("no.such_word")}

    with pytest.raises(RuntimeError) as told:
        LOOKS[look](Groups({"order": order}))
    assert isinstance(told.value.__cause__, KeyError)


def test_what_is_really_not_known_is_still_a_missing_field() -> None:
    with pytest.raises(pieces.MissingFieldError):
        templates.compiled("{{ order.id }}")(Groups({"order": dict}))
