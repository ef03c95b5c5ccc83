"""Nudging is believed to help only as far as the hold-out shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.uplift import (
    LEAST,
    Arm,
    Enrolment,
    Estimate,
    LeftOut,
    Tally,
    Uplift,
    Verdict,
    arm_of,
    newcombe,
    uplift,
    wilson,
)
from tests.fakes import NOON, at

WINDOW = timedelta(hours=24)
LATER = NOON + timedelta(days=9)
SPEED = timedelta(minutes=5)
#: Of `PAPER`: recovered and all of one arm, of the other, the interval of method 10 in the paper's table II.
PAPER = [
    (56, 70, 48, 80, "0.0524", "0.3339"),
    (9, 10, 3, 10, "0.1705", "0.8090"),
    (6, 7, 2, 7, "0.0582", "0.8062"),
    (5, 56, 0, 29, "-0.0381", "0.1926"),
    (0, 10, 0, 20, "-0.1611", "0.2775"),
    (0, 10, 0, 10, "-0.2775", "0.2775"),
    (10, 10, 0, 20, "0.6791", "1.0000"),
    (10, 10, 0, 10, "0.6075", "1.0000"),
]


def _order(number: int, arm: Arm = Arm.NUDGED, paid: bool = False, buyer: str | None = None) -> Enrolment:
    enrolled = at(number)
    return Enrolment(
        f"o{number}",
        buyer or f"b{number}",
        enrolled,
        enrolled,
        arm,
        enrolled + SPEED if paid else None,
        Decimal("10.00"),
    )


def _arms(nudged: tuple[int, int], held_out: tuple[int, int]) -> list[Enrolment]:
    """So many recovered of so many in each arm."""
    both = ((Arm.NUDGED, *nudged), (Arm.HELD_OUT, *held_out))
    told = [(arm, number < some) for arm, some, of in both for number in range(of)]
    return [_order(number, arm, paid) for number, (arm, paid) in enumerate(told)]


def _found(enrolments: Iterable[Enrolment]) -> Uplift:
    return uplift(list(enrolments), LATER, WINDOW)


class TestTheDraw:
    def test_an_order_stays_in_its_arm(self) -> None:
        assert [arm_of(f"o{number}", 50, "s") for number in range(6)] == [
            arm_of(f"o{number}", 50, "s") for number in range(6)
        ]
        assert {arm_of(f"o{number}", 50, "s") for number in range(6)} == set(Arm)

    @pytest.mark.parametrize("percent", [0, 1, 10, 50, 99, 100])
    def test_the_share_is_held_out(self, percent: int) -> None:
        held = sum(arm_of(f"2026{number}", percent, "s") is Arm.HELD_OUT for number in range(20_000))
        assert abs(held / 20_000 - percent / 100) <= 4 * (percent * (100 - percent) / 1e4 / 20_000) ** 0.5

    def test_no_hundredth_is_drawn_more_often_than_another(self) -> None:
        places = [_place(f"2026{number}") for number in range(20_000)]
        counts = np.bincount(places, minlength=101)[1:]
        assert ((counts - 200) ** 2 / 200).sum() < 148.2  # chi-square, 99 degrees of freedom, 99.9 %

    @given(st.text(max_size=20), st.text(max_size=5), st.integers(0, 100), st.integers(0, 100))
    def test_a_greater_share_only_adds_orders(self, order: str, salt: str, one: int, other: int) -> None:
        low, high = sorted((one, other))
        if arm_of(order, low, salt) is Arm.HELD_OUT:
            assert arm_of(order, high, salt) is Arm.HELD_OUT

    def test_another_salt_draws_anew(self) -> None:
        orders = [f"o{number}" for number in range(2_000)]
        first, second = (
            {one for one in orders if arm_of(one, 50, salt) is Arm.HELD_OUT} for salt in ("spring", "autumn")
        )
        assert 400 < len(first & second) < 600


def _place(order: str) -> int:
    """The least share, in per cent, that holds the order out."""
    low, high = 0, 100
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if arm_of(order, middle, "s") is Arm.HELD_OUT else (middle, high)
    return high


class TestTheInterval:
    @pytest.mark.parametrize(("some", "of", "others", "of_others", "low", "high"), PAPER)
    def test_it_is_the_papers(self, some: int, of: int, others: int, of_others: int, low: str, high: str) -> None:
        found = newcombe(some, of, others, of_others)
        assert found
        assert abs(found.low - Decimal(low)) <= Decimal("0.0001")
        assert abs(found.high - Decimal(high)) <= Decimal("0.0001")

    def test_a_peer_reckons_the_same(self) -> None:
        """`confint_proportions_2indep(420, 1800, 40, 200, compare="diff", method="newcomb")` of statsmodels 0.15.0."""
        found = newcombe(420, 1800, 40, 200)
        assert found
        assert [round(one, 6) for one in (found.low, found.high)] == [Decimal("-0.030407"), Decimal("0.086801")]

    def test_of_nothing_nothing_is_known(self) -> None:
        assert newcombe(0, 0, 3, 10) is newcombe(3, 10, 0, 0) is None

    @given(st.data())
    def test_it_lies_within_bounds_around_the_difference_and_swaps_with_the_arms(self, data: st.DataObject) -> None:
        of, of_others = data.draw(st.integers(1, 3_000)), data.draw(st.integers(1, 3_000))
        some, others = data.draw(st.integers(0, of)), data.draw(st.integers(0, of_others))
        one, swapped = newcombe(some, of, others, of_others), newcombe(others, of_others, some, of)
        assert one
        assert -1 <= one.low <= one.value <= one.high <= 1
        assert swapped == Estimate(-one.value, -one.high, -one.low)

    @given(st.integers(1, 3_000), st.data())
    def test_a_share_lies_in_its_own(self, of: int, data: st.DataObject) -> None:
        some = data.draw(st.integers(0, of))
        found = wilson(some, of)
        assert 0 <= found.low <= found.value == Decimal(some) / of <= found.high <= 1
        assert found.low < found.high


class TestWhoCounts:
    def test_each_arm_is_told_apart(self) -> None:
        found = _found(_arms((3, 5), (1, 4)))
        assert found.nudged == Tally(5, 3, Decimal("30.00"))
        assert found.held_out == Tally(4, 1, Decimal("10.00"))
        assert (found.left_out, found.mixed) == (LeftOut(0, 0, 0), 0)

    def test_a_payment_counts_until_the_window_ends(self) -> None:
        one = _order(0)
        moments = [timedelta(), WINDOW, WINDOW + timedelta(microseconds=1)]
        assert [_found([replace(one, paid_at=one.at + after)]).nudged.recovered for after in moments] == [1, 1, 0]

    def test_an_order_whose_window_is_open_is_left_out_though_it_was_paid(self) -> None:
        one = _order(0, paid=True)
        soon, done = (uplift([one], one.at + after, WINDOW) for after in (WINDOW - SPEED, WINDOW))
        assert (soon.nudged.orders, soon.left_out.open) == (0, 1)
        assert (done.nudged.orders, done.left_out.open) == (1, 0)

    def test_an_order_that_was_paid_before_is_left_out_in_either_arm(self) -> None:
        early = [replace(_order(number, arm), paid_at=at(-60)) for number, arm in enumerate(Arm)]
        found = _found(early)
        assert (found.nudged.orders, found.held_out.orders, found.left_out) == (0, 0, LeftOut(2, 0, 0))

    def test_a_buyer_counts_once_with_the_first_order(self) -> None:
        orders = [_order(2, Arm.NUDGED, paid=True, buyer="b"), _order(1, Arm.HELD_OUT, buyer="b"), _order(3)]
        found = _found(orders)
        assert (found.held_out, found.nudged.orders) == (Tally(1, 0, Decimal(0)), 1)
        assert (found.left_out.repeat, found.mixed) == (1, 1)

    def test_of_orders_that_enrolled_together_the_one_that_was_due_first_counts(self) -> None:
        late, first = (replace(_order(number, buyer="b"), at=at(9)) for number in (1, 0))
        orders = [replace(late, order_id="a", paid_at=at(10)), replace(first, order_id="z")]
        assert _found(orders).nudged == Tally(1, 0, Decimal(0))

    def test_the_order_in_which_they_are_told_does_not_matter(self) -> None:
        orders = [_order(1, Arm.HELD_OUT, buyer="b"), replace(_order(1, paid=True, buyer="b"), order_id="o9")]
        assert _found(orders) == _found(reversed(orders))
        assert _found(orders).held_out.orders == 1


class TestTheVerdict:
    @pytest.mark.parametrize(
        ("nudged", "held_out", "verdict"),
        [
            ((0, 0), (0, 0), Verdict.TOO_FEW),
            ((500, 500), (0, 0), Verdict.TOO_FEW),
            ((500, 500), (0, LEAST - 1), Verdict.TOO_FEW),
            ((500, 500), (0, LEAST), Verdict.GAIN),
            ((420, 1800), (40, 200), Verdict.NONE_SEEN),
            ((360, 1800), (40, 200), Verdict.NONE_SEEN),
            ((600, 1800), (40, 200), Verdict.GAIN),
            ((180, 1800), (40, 200), Verdict.LOSS),
        ],
    )
    def test_it_follows_from_the_interval(
        self, nudged: tuple[int, int], held_out: tuple[int, int], verdict: Verdict
    ) -> None:
        assert _found(_arms(nudged, held_out)).verdict is verdict

    def test_without_a_hold_out_nothing_is_claimed(self) -> None:
        found = _found(_arms((5, 10), (0, 0)))
        assert (found.difference, found.money, found.held_out.share) == (None, None, None)

    def test_money_is_what_the_hold_out_would_not_have_brought(self) -> None:
        """50 of 100 against 4 of 20: thirty orders of ten yuan more than a fifth."""
        found = _found(_arms((50, 100), (4, 20)))
        assert found.money
        assert found.difference
        assert found.money.value == Decimal("300.00")
        assert found.money.low == round(found.difference.low * 1_000, 2)
        assert found.money.high == round(found.difference.high * 1_000, 2)

    def test_an_order_is_worth_what_paid_orders_were(self) -> None:
        """100 of 200 yuan and 2 of 20, beside an unpaid one that would have been dear."""
        orders = [
            replace(one, amount=Decimal("500" if one.paid_at is None else "10.01" if one.arm is Arm.NUDGED else "5.00"))
            for one in _arms((100, 200), (2, 20))
        ]
        money = _found(orders).money
        assert money
        assert money.value == round((100 * Decimal("10.01") + 2 * Decimal(5)) / 102 * 80, 2)

    def test_where_nobody_paid_no_money_was_won(self) -> None:
        assert _found(_arms((0, 50), (0, 50))).money == Estimate(Decimal("0.00"), Decimal("0.00"), Decimal("0.00"))


RUNS, ORDERS, PERCENT, BASE = 1_000, 2_000, 10, 0.20
BUYERS = 1_000


def _life(number: int) -> dict[tuple[Arm, bool], Enrolment]:
    """What may become of one order."""
    return {(arm, paid): _order(number, arm, paid) for arm in Arm for paid in (False, True)}


def _shop_of_regulars(shop: int, chance: np.random.Generator) -> list[Enrolment]:
    """600 buyers with one order, of whom a fifth pay; 300 with two, of whom half pay both. No nudge moves any."""
    buyers = [(f"new{number}", 1, 0.2) for number in range(600)] + [(f"old{number}", 2, 0.5) for number in range(300)]
    told = [(buyer, bool(chance.random() < share)) for buyer, orders, share in buyers for _ in range(orders)]
    paid = dict(told)  # a buyer's last draw is for all
    arms = [arm_of(f"o{number}", PERCENT, f"shop{shop}") for number in range(len(told))]
    return [_order(number, arms[number], paid[buyer], buyer) for number, (buyer, _) in enumerate(told)]


def _without_mixed(orders: Sequence[Enrolment]) -> list[Enrolment]:
    """The other way: every order of the buyers that are in one arm only."""
    nudged, held_out = ({one.buyer_id for one in orders if one.arm is arm} for arm in Arm)
    return [replace(one, buyer_id=one.order_id) for one in orders if one.buyer_id not in nudged & held_out]


_LATER = timedelta(minutes=20)  # the second order of a buyer is due


def _merged(shop: int, chance: np.random.Generator) -> list[Enrolment]:
    """Buyers with two orders each, of which the first is paid by a tenth and the second by half; no nudge moves any.
    Where both are nudged they are one message, at the moment of the first."""
    ids = [f"{one:016x}" for one in chance.integers(0, 2**62, 2 * BUYERS)]
    paid = chance.random((BUYERS, 2)) < (0.1, 0.5)
    return [one for buyer in range(BUYERS) for one in _pair(ids[2 * buyer :][:2], paid[buyer], f"b{buyer}", f"s{shop}")]


def _pair(ids: Sequence[str], paid: Sequence[bool], buyer: str, salt: str) -> list[Enrolment]:
    arms = [arm_of(one, PERCENT, salt) for one in ids]
    dues = (NOON, NOON + _LATER)
    moments = (NOON, NOON if arms == [Arm.NUDGED] * 2 else NOON + _LATER)
    told = zip(ids, moments, dues, arms, paid, strict=True)
    return [
        Enrolment(one, buyer, moment, due, arm, moment + SPEED if is_paid else None, Decimal(10))
        for one, moment, due, arm, is_paid in told
    ]


class TestSimulatedBuyers:
    """1,000 shops each, of 2,000 orders of which a tenth is held out and a fifth paid by itself."""

    @pytest.mark.parametrize(
        "effect", [pytest.param(0.0, marks=pytest.mark.slow), 0.05, pytest.param(0.15, marks=pytest.mark.slow)]
    )
    def test_the_interval_covers_the_true_effect_in_95_of_100_shops(self, effect: float) -> None:
        lives, chance = [_life(number) for number in range(ORDERS)], np.random.default_rng(round(2026 + effect * 100))
        truth, covered, verdicts = Decimal(str(effect)), 0, list[Verdict]()
        for shop in range(RUNS):
            paid = {arm: chance.random(ORDERS) < BASE + effect * (arm is Arm.NUDGED) for arm in Arm}
            arms = [arm_of(f"o{number}", PERCENT, f"shop{shop}") for number in range(ORDERS)]
            found = _found(lives[number][arm, bool(paid[arm][number])] for number, arm in enumerate(arms))
            assert found.difference
            covered += found.difference.low <= truth <= found.difference.high
            verdicts.append(found.verdict)
        assert 0.93 <= covered / RUNS <= 0.97
        assert (verdicts.count(Verdict.NONE_SEEN) / RUNS > 0.93) == (effect == 0)

    def test_regulars_with_several_orders_feign_no_effect(self) -> None:
        """Each buyer counts once; to leave out those in both arms would find an effect that is not there."""
        chance, ours, other = np.random.default_rng(7), 0, 0
        for shop in range(200):
            orders = _shop_of_regulars(shop, chance)
            one, naive = _found(orders).difference, _found(_without_mixed(orders)).difference
            assert one
            assert naive
            ours += one.low <= 0 <= one.high
            other += naive.low <= 0 <= naive.high
        assert 0.92 <= ours / 200 <= 0.98
        assert other / 200 < 0.8

    def test_orders_that_are_told_of_in_one_message_feign_no_effect(self) -> None:
        """The order that was due first counts in both arms; by ids the younger ones would, in one arm only."""
        chance, ours, other = np.random.default_rng(11), 0, 0
        for shop in range(200):
            orders = _merged(shop, chance)
            one, naive = (
                _found(told).difference for told in (orders, [replace(each, due_at=each.at) for each in orders])
            )
            assert one
            assert naive
            ours += one.low <= 0 <= one.high
            other += naive.low <= 0 <= naive.high
        assert 0.92 <= ours / 200 <= 0.98
        assert other / 200 < 0.5
