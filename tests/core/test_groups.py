"""A view's groups are made when they are looked at, once, and an empty one is not there."""

import pytest

from bot.core.groups import Fields, Groups


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
