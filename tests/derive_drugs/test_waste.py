from __future__ import annotations

from fractions import Fraction
from itertools import product as every

from hypothesis import given, strategies

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.drugs.waste import Split, smallest_waste, split


def _fractions(*amounts: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(amount) for amount in amounts)


def _counts(dose: str, *sizes: str) -> dict[str, int] | None:
    best = smallest_waste(Fraction(dose), _fractions(*sizes))
    return None if best is None else {str(size): count for size, count in best.counts}


def test_the_dose_is_rounded_up_and_the_rest_of_the_content_is_discarded() -> None:
    assert split(*_fractions("355", "400", "10")) == Split(36, 4)
    assert split(*_fractions("305", "400", "10")) == Split(31, 9)


def test_less_than_a_unit_left_is_absorbed() -> None:
    assert split(*_fractions("70", "100", "100")) == Split(1, 0)
    assert split(*_fractions("9.5", "10", "1")) == Split(10, 0)
    assert split(*_fractions("2.5", "3.5", "1")) == Split(3, 0)


def test_overfill_is_not_billed() -> None:
    assert split(*_fractions("105", "100", "1")) == Split(100, 0)


def test_content_is_minimised_before_the_number_of_containers() -> None:
    assert _counts("450", "100", "400") == {"400": 1, "100": 1}
    assert _counts("300", "100", "400") == {"100": 3}  # one 400 mg vial would waste 100 mg
    assert _counts("400", "100", "400") == {"400": 1}  # among equals the fewest containers
    assert _counts("410", "100", "500") == {"500": 1}
    assert _counts("3.6", "3.5") == {"7/2": 2}


def test_what_is_left_is_told() -> None:
    best = smallest_waste(Fraction(355), _fractions("100", "400"))
    assert best is not None
    assert (best.content, best.left) == _fractions("400", "45")
    unit = shipped_reference().drugs.billing_unit("J9035")
    assert unit is not None
    assert best.words(unit) == "1 x 400 mg = 400 mg, 45 mg left"


def test_the_search_is_bounded() -> None:
    assert smallest_waste(Fraction(0), _fractions("100")) is None
    assert smallest_waste(Fraction(100), ()) is None
    assert smallest_waste(Fraction(10**30), _fractions("100")) is None
    assert smallest_waste(Fraction(10**6), _fractions("0.0001", "100000")) is None


@given(
    strategies.integers(1, 60),
    strategies.lists(strategies.integers(1, 20), min_size=1, max_size=3, unique=True),
)
def test_no_combination_has_less_content(dose: int, sizes: list[int]) -> None:
    best = smallest_waste(Fraction(dose), tuple(map(Fraction, sizes)))
    assert best is not None
    totals = (
        sum(count * size for count, size in zip(counts, sizes, strict=True))
        for counts in every(*(range(dose // size + 2) for size in sizes))
    )
    assert best.content == min(total for total in totals if total >= dose)
    assert best.content == sum(size * count for size, count in best.counts)
    assert best.left == best.content - dose
