"""What a shop aims at stands beside its figure: a share for a rate, a time for a mean."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from bot.core.rules.kpis import Definition

RATE = {
    "name": "a", "title": "甲", "from": "2026-01-01", "why": "…", "unit": "round", "counts": ["human"],
    "robot_only": "left_out", "within": "3m",
}  # fmt: skip
MEAN = {**RATE, "measure": "mean", "within": None}


def test_a_target_is_read_as_its_measure_has_it() -> None:
    assert Definition.model_validate({**RATE, "target": "90%"}).target == 90
    assert Definition.model_validate({**MEAN, "target": "60s"}).target == timedelta(seconds=60)
    assert Definition.model_validate(RATE).target is None


@pytest.mark.parametrize(
    ("figure", "target", "fault"),
    [(RATE, "60s", "target_of_measure"), (MEAN, "90%", "target_of_measure"), (RATE, "0%", "target"),
     (RATE, "101%", "target"), (RATE, "90", "target"), (MEAN, "bald", "target")],
)  # fmt: skip
def test_another_is_refused(figure: dict[str, object], target: str, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Definition.model_validate({**figure, "target": target})
