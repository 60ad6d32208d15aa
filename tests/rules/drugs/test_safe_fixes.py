"""Where the chart settles a drug, accepting every safe fix makes the billed lines the derived ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from onco_tui.codesets.drugs import Drug
from onco_tui.codesets.ndc_crosswalk import NdcProduct
from onco_tui.derive.drug_lines import derive_drug_lines
from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.drugs.plan import JW, JZ, mark_of
from onco_tui.rules.fixing import apply_fixes
from tests.rules.drugs.test_clean_claims import PACKAGES, REFERENCE, RULES, charted, clean

Lines = list[ClaimLine]
Mistake = Callable[[Lines, int], Lines]


def _units(lines: Lines, at: int, units: Decimal) -> Lines:
    return [line.model_copy(update={"units": units}) if i == at else line for i, line in enumerate(lines)]


def _marked(lines: Lines, at: int, *modifiers: str) -> Lines:
    return [line.model_copy(update={"modifiers": modifiers}) if i == at else line for i, line in enumerate(lines)]


def _waste_billed_with_the_dose(lines: Lines, _at: int) -> Lines:
    together = sum((line.units for line in lines), Decimal(0))
    return _units(lines, 0, together)[:1]


def _dose_and_waste_exchanged(lines: Lines, _at: int) -> Lines:
    return _units(_units(lines, 0, lines[-1].units), len(lines) - 1, lines[0].units)


_MISTAKES: dict[str, Mistake] = {
    "a unit too many": lambda lines, at: _units(lines, at, lines[at].units + 1),
    "ten units too many": lambda lines, at: _units(lines, at, lines[at].units + 10),
    "ten times the units": lambda lines, at: _units(lines, at, lines[at].units * 10),
    "a unit too few": lambda lines, at: _units(lines, at, max(lines[at].units - 1, Decimal(1))),
    "no modifier": _marked,
    "both modifiers": lambda lines, at: _marked(lines, at, JW, JZ),
    "JZ on the dose": lambda lines, _at: _marked(lines, 0, JZ),
    "waste billed with the dose": _waste_billed_with_the_dose,
    "dose and waste exchanged": _dose_and_waste_exchanged,
}


def _tally(lines: Iterable[ClaimLine | DerivedLine]) -> Counter[tuple[str, str, Decimal]]:
    return Counter((line.code, mark_of(line.modifiers), line.units) for line in lines)


@settings(deadline=None, database=None, max_examples=400)
@given(
    st.sampled_from(PACKAGES),
    st.integers(1, 4),
    st.sampled_from((Decimal(1), Decimal("0.9"), Decimal("0.55"))),
    st.sampled_from(sorted(_MISTAKES)),
    st.integers(0, 1),
)
def test_safe_fixes_alone_mend_units_and_waste_modifiers(
    package: tuple[Drug, NdcProduct], count: int, share: Decimal, mistake: str, at: int
) -> None:
    right = clean(charted(*package, count, share), "MEDICARE_B")
    derivation = derive_drug_lines(right, REFERENCE)
    drug_lines = [line for line in right.claim.lines if line.code == package[0].hcpcs]
    assume(drug_lines and not derivation.judgements)
    wrong = _MISTAKES[mistake](drug_lines, min(at, len(drug_lines) - 1))
    assume(_tally(wrong) != _tally(derivation.lines))
    claim = right.claim.model_copy(update={"lines": tuple(wrong), "total_charge": None})
    run = apply_fixes(right.model_copy(update={"claim": claim}), REFERENCE, "safe", rules=RULES)
    assert (_tally(run.encounter.claim.lines), run.stopped) == (_tally(derivation.lines), "")
